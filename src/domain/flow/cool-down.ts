import type { LimitSign } from '#src/domain/decide/limit-sign.ts';
import { type FlowRate, type FlowState, mayStart } from './flow-clock.ts';

/**
 * A cool-down: the pause of an origin for one set of credentials after a refusal, and what is known of its limit. It is
 * stored as JSON. Times are epoch milliseconds of the database.
 */
export type CoolDown = {
  /** Nothing starts before. */
  untilMs: number;
  /** Requests that may start within any `periodMs`. */
  limit: number;
  periodMs: number;
  /** False while the limit is searched: until a window between two resets was measured. */
  isLearned: boolean;
  /** What a period is thought to allow at most. Below it the limit is raised quickly. */
  ceiling: number;
  /** Limit that the target names; null: it names none. */
  named: number | null;
  /** Start of the window that is being measured, a reset, and the requests that have started since. */
  fromMs: number;
  starts: number;
  /** Time of the last refusal, and of the last time that the limit was raised. */
  refusedAtMs: number;
  raisedAtMs: number;
  /** Time at which the cool-down is given up, unless something happens. */
  endsAtMs: number;
};

/**
 * Signs that came together. `refusals` is the number of refused requests among them. `answered` is the number of
 * requests sent before the pause that were answered, as far as workers have not told of them before. `sentMsAgo` tells
 * when the last of the requests was sent.
 */
export type LimitSigns = Pick<LimitSign, 'waitMs' | 'limit'> & {
  refusals: number;
  answered: number;
  sentMsAgo: number;
};

/** Bounds of a period. A wait of a few milliseconds says nothing about the target's window. */
const shortestPeriodMs = 1_000;
const longestPeriodMs = 3_600_000;
/** A search that knows nothing starts with so many requests within an eighth of the wait that was asked for. */
const firstLimit = 8;
const searchSteps = 8;
/** Shares by which a limit is raised after a period: if nothing is known, below what was seen, and beyond that. */
const raiseBy = { blind: 0.5, quickly: 0.25, slowly: 0.05 };
/**
 * A limit that was raised to so many times what was measured, without a refusal, was measured wrong. From then on each
 * share is larger than the one before, up to a half.
 */
const farBeyond = 1.5;
const mostRaised = 0.5;
/** If half of what was sent in this first part of a window is refused, the reset was told too early. */
const earlyPart = 0.25;
/**
 * Periods after a refusal before a measured limit is raised beyond what was seen. It is seldom higher so soon, and each
 * try costs a refusal: at most one in a hundred requests.
 */
const holdPeriods = 10;
const startsForTry = 100;
/**
 * The share to which a measured limit falls at most at one reset. A window in which little was sent, because a machine was
 * slow, looks like a low limit, and it takes long to rise again.
 */
const mostLower = 0.7;
/** A cool-down is given up after so many periods in which nothing happened, within these bounds. */
const quietPeriods = 10;
const shortestQuietMs = 60_000;
const longestQuietMs = 3_600_000;

/** Returns the cool-down after signs. `before` is null if there is none yet. */
export function coolDownAfter(before: CoolDown | null, signs: LimitSigns, nowMs: number): CoolDown {
  const untilMs = nowMs + signs.waitMs;
  if (before === null) return lasting(firstCoolDown(signs, untilMs, nowMs), nowMs);
  const named = signs.limit ?? before.named;
  const refusedAtMs = signs.refusals > 0 ? nowMs : before.refusedAtMs;
  const later = { ...before, named, refusedAtMs };
  if (nowMs - signs.sentMsAgo < before.untilMs) {
    // These requests were under way when the pause began. Those that were refused did not fit into the limit.
    const rate = before.isLearned ? lessRefused(before, signs.refusals) : searchRate(before, signs.answered);
    if (untilMs <= before.untilMs) return lasting({ ...later, ...rate }, nowMs);
    return lasting({ ...later, ...rate, untilMs, fromMs: untilMs, raisedAtMs: untilMs, starts: 0 }, nowMs);
  }
  const measured = measure({ ...later, untilMs }, signs.refusals, nowMs);
  const ceiling = before.isLearned ? measured.limit : Math.max(measured.limit, before.ceiling);
  const times = { untilMs, fromMs: untilMs, raisedAtMs: untilMs };
  return lasting({ ...later, ...measured, ...times, ceiling, starts: 0, isLearned: true }, nowMs);
}

function lessRefused({ limit, named, ceiling }: CoolDown, refusals: number) {
  if (named !== null) return {};
  const less = Math.max(1, limit * mostLower, limit - refusals);
  return { limit: less, ceiling: ceiling === limit ? less : ceiling };
}

/** Returns the cool-down after a worker told what else was answered to requests that were sent before the pause. */
export function withAnswers(before: CoolDown, answered: number): CoolDown {
  return before.isLearned ? before : { ...before, ...searchRate(before, answered) };
}

/** Returns the rate of a search. It begins with what all workers together were answered before the first refusal. */
function searchRate(before: CoolDown, answered: number) {
  const { ceiling, periodMs, limit, named } = before;
  if (answered === 0 || named !== null) return { ceiling, periodMs, limit };
  const sum = ceiling + answered;
  return { ceiling: sum, limit: sum, periodMs: firstWindowMs(before) };
}

/** Returns the time that was left of the target's window when a limit began to be searched. */
export function firstWindowMs({ ceiling, periodMs }: Pick<CoolDown, 'ceiling' | 'periodMs'>): number {
  return ceiling === 0 ? periodMs * searchSteps : periodMs;
}

function firstCoolDown(signs: LimitSigns, untilMs: number, nowMs: number): CoolDown {
  const windowMs = withinBounds(signs.waitMs);
  const times = { untilMs, fromMs: untilMs, refusedAtMs: nowMs, raisedAtMs: untilMs, endsAtMs: untilMs };
  const { limit: named, answered } = signs;
  const common = { ...times, named, starts: 0, ceiling: named ?? answered };
  if (named !== null) return { ...common, limit: named, periodMs: windowMs, isLearned: true };
  if (answered > 0) return { ...common, limit: answered, periodMs: windowMs, isLearned: false };
  return { ...common, limit: firstLimit, periodMs: windowMs / searchSteps, isLearned: false };
}

/**
 * Returns the rate after a time that began with a reset and ends with the next one, `untilMs`. If that was one window,
 * what was answered in it is the limit. After several windows it is what was thought before it was last raised.
 *
 * Some refusals say nothing of a limit. A target that refuses right after the reset has told it too early, and one that
 * refuses while little was sent has other users too: what was thought is kept. One that refuses after several windows in
 * which fewer requests were sent than a search begins with, and no more than before, refuses whatever is sent: the limit is
 * raised.
 */
function measure(state: CoolDown, refusals: number, nowMs: number): FlowRate {
  const { limit, periodMs, fromMs, untilMs, starts, named, isLearned, ceiling } = state;
  const isBlind = !isLearned && ceiling === 0;
  const windowMs = isBlind ? firstWindowMs(state) : periodMs;
  const elapsedMs = Math.max(1, nowMs - fromMs);
  const spanMs = withinBounds(untilMs - fromMs);
  const rateOf = (count: number, length: number) => ({
    limit: Math.max(1, Math.min(count, named ?? count)),
    periodMs: length,
  });
  if (refusals > 0 && elapsedMs < earlyPart * windowMs && refusals * 2 >= starts) {
    const length = withinBounds(windowMs);
    return rateOf((limit * length) / periodMs, length);
  }
  const isOne = elapsedMs <= 1.5 * windowMs;
  // A window that was measured does not grow with each refusal, or a target without windows would slow down for ever.
  const longest = isLearned && named === null ? withinBounds(Math.max(windowMs, untilMs - nowMs)) : spanMs;
  const length = isOne ? Math.min(spanMs, longest) : withinBounds(windowMs);
  if (named !== null && refusals === 0) return { limit: named, periodMs: length };
  const thought = (limit * length) / periodMs;
  const average = (Math.max(1, starts - refusals) * length) / spanMs;
  if (!isBlind && starts < 0.4 * limit * (elapsedMs / periodMs)) return rateOf(thought, length);
  if (isOne) return rateOf(Math.floor(isLearned ? Math.max(average, thought * mostLower) : average), length);
  if (!isLearned) return rateOf(Math.max(average, thought * (isBlind ? 0.7 : 0.8)), length);
  const isSlow = limit <= ceiling && limit / periodMs < firstLimit / withinBounds(untilMs - nowMs);
  const share = isSlow ? 1 + raiseBy.quickly : limit > farBeyond * ceiling ? mostLower : 0.9;
  return rateOf(Math.max(average, thought * share), length);
}

/** Returns the cool-down with its limit raised, if the time for it has come. Call it when jobs wait. */
export function raised(state: CoolDown, nowMs: number): CoolDown {
  const { isLearned, limit, periodMs, named, ceiling, refusedAtMs, raisedAtMs } = state;
  if (nowMs < raisedAtMs + periodMs || limit >= (named ?? Number.POSITIVE_INFINITY)) return state;
  const isBelow = limit < ceiling;
  const hold = Math.max(holdPeriods, startsForTry / limit);
  if (isLearned && !isBelow && nowMs < refusedAtMs + hold * periodMs) return state;
  const { quickly, slowly, blind } = raiseBy;
  const beyond = Math.min(mostRaised, Math.max(slowly, limit / ceiling - farBeyond));
  const share = isBelow ? quickly : isLearned ? beyond : ceiling === 0 ? blind : quickly;
  const more = limit * (1 + share);
  return { ...state, limit: Math.min(more, isBelow ? ceiling : more, named ?? more), raisedAtMs: nowMs };
}

/** Returns how many requests may start now, at most `most`. `nextStartAtMs` is the clock of the line. */
export function mayStartCool(state: CoolDown, nextStartAtMs: number | null, nowMs: number, most: number): number {
  return nowMs < state.untilMs ? 0 : mayStart(paced(state, nextStartAtMs), nowMs, most);
}

/** Returns the cool-down after requests have started. */
export function afterCoolStarts(state: CoolDown, count: number, nowMs: number): CoolDown {
  return count === 0 ? state : lasting({ ...state, starts: state.starts + count }, nowMs);
}

/** Returns the cool-down as a flow, whose rate is kept by the same clock. */
export function paced({ limit, periodMs }: CoolDown, nextStartAtMs: number | null): FlowState {
  return { concurrency: null, underWay: 0, rate: { limit, periodMs }, isPaused: false, nextStartAtMs };
}

function lasting(state: CoolDown, nowMs: number): CoolDown {
  const windowMs = state.isLearned ? state.periodMs : firstWindowMs(state);
  const quietMs = Math.min(longestQuietMs, Math.max(shortestQuietMs, quietPeriods * windowMs));
  return { ...state, endsAtMs: Math.max(state.untilMs, nowMs) + quietMs };
}

function withinBounds(ms: number): number {
  return Math.min(longestPeriodMs, Math.max(shortestPeriodMs, ms));
}
