/** What an endpoint's state says about sending to it now; times in epoch milliseconds by the database's clock. */
export type Gate = {
  enabled: boolean;
  /** Deliveries a second; null: no limit. */
  rate: number | null;
  /** How many more may be under way; null: no limit. */
  room: number | null;
  /** Set while it is down or asked for patience: nothing is sent before, and one probe then. */
  pausedUntilMs: number | null;
  /** When it answered again: from here on the rate doubles each second, from one. */
  recoveredAtMs: number | null;
  /** When the next delivery may go, by the rate so far. */
  nextSlotAtMs: number | null;
  /** When the last one went, had they gone evenly: a little ahead of now after several at once. */
  lastGoAtMs: number | null;
};

/**
 * A delivery that is due; `granted` when its time was given already, by the rate or, to one that `yields`, because nobody else
 * waited. One that `yields` takes no time from others.
 */
export type Waiting = { id: string; granted: boolean; yields?: boolean };

/** The part of a gate that a release changes. */
export type Clocks = Pick<Gate, 'pausedUntilMs' | 'nextSlotAtMs' | 'recoveredAtMs' | 'lastGoAtMs'>;

export type Release = {
  go: string[];
  hold: { id: string; atMs: number; granted: boolean }[];
  /** To wait in the endpoint's line until they are fetched: nobody knows yet when that will be, or not soon. */
  line: string[];
  /** Kept, not sent: the endpoint is disabled. */
  skip: string[];
  gate: Clocks;
};

/** A probe that brings no answer within this was lost with its worker: another one goes. */
export const probeLeaseMs = 20_000;

/** Beyond this many a second a ramp is over where no rate is set. */
const rampEndPerSecond = 512;

/** Slots lie this much further apart than the rate says: sends that come a little late must not add up to more than it. */
const slack = 1.1;

/** What the slack leaves over in a second may go at once, or a high rate would take a transaction for each delivery. */
const burstMs = 100;

/** How far ahead slots are given. */
const aheadMs = 2_500;
/** And to those of a line that yield, behind whom others may have to wait that long. */
const yieldingAheadMs = 1_000;

/**
 * Which of the due deliveries to one endpoint may go now, and when the others may. After an outage one probe goes; once it
 * has succeeded, one a second, doubling each second, up to the endpoint's rate and never above it.
 */
export function release(asStored: Gate, waiting: readonly Waiting[], nowMs: number): Release {
  const gate = rampFromFirstUse(asStored, nowMs);
  const { pausedUntilMs } = gate;
  const unchanged = clocksOf(gate);
  if (!gate.enabled) return { go: [], hold: [], skip: waiting.map(({ id }) => id), line: [], gate: unchanged };
  if (pausedUntilMs !== null) return probe(gate, pausedUntilMs, waiting, nowMs);
  const result: Release = { go: [], hold: [], line: [], skip: [], gate: unchanged };
  let lateMs = 0;
  for (const { id, granted, yields } of waiting) {
    if (gate.room !== null && result.go.length >= gate.room) {
      result.line.push(id);
      continue;
    }
    if (yields && !granted) {
      place(result, { id, atMs: giveWay(gate, result, lateMs, nowMs), granted: false }, nowMs);
      continue;
    }
    const slotMs = granted ? nowMs : takeSlot(gate, result, nowMs, nowMs + aheadMs);
    const atMs = slotMs !== null && slotMs <= nowMs ? paced(gate, result, lateMs, nowMs) : slotMs;
    place(result, { id, atMs, granted: true }, nowMs);
    if (slotMs !== null && slotMs <= nowMs && atMs !== null && atMs > nowMs) lateMs = atMs;
  }
  return result;
}

/**
 * Who may not go now is held for its time if that is near. A later one, or none, means the line: what is far ahead would stand
 * although the rate changes, and before all that comes meanwhile.
 */
function place(result: Release, one: { id: string; atMs: number | null; granted: boolean }, nowMs: number): void {
  const { id, atMs, granted } = one;
  if (atMs === null || atMs >= nowMs + aheadMs) result.line.push(id);
  else if (atMs <= nowMs) result.go.push(id);
  else result.hold.push({ id, atMs, granted });
}

export function clocksOf({ pausedUntilMs, nextSlotAtMs, recoveredAtMs, lastGoAtMs }: Gate): Clocks {
  return { pausedUntilMs, nextSlotAtMs, recoveredAtMs, lastGoAtMs };
}

/** The ramp begins with the first delivery after the recovery, however long those that waited were held. */
function rampFromFirstUse(gate: Gate, nowMs: number): Gate {
  const { recoveredAtMs, nextSlotAtMs } = gate;
  const unused = recoveredAtMs !== null && (nextSlotAtMs === null || nextSlotAtMs <= recoveredAtMs);
  return unused ? { ...gate, recoveredAtMs: nowMs } : gate;
}

/**
 * When one whose slot has come may really go: as far from the others as the rate says, but for a few at once, which the slots'
 * slack makes up for. What came late because a worker was busy does not go in a rush beyond that. `lateMs`: when the one before
 * it was told to come again.
 */
function paced(gate: Gate, result: Release, lateMs: number, nowMs: number): number {
  const perSecond = rateAt(gate, nowMs);
  if (perSecond === null) return nowMs;
  const burst = Math.max(0, burstMs - (slack * 1_000) / perSecond);
  const apartMs = (burst > 0 ? slack : 1) * (1_000 / perSecond);
  const ownMs = (result.gate.lastGoAtMs ?? Number.NEGATIVE_INFINITY) + apartMs;
  const atMs = Math.max(nowMs, ownMs - burst, lateMs === 0 ? 0 : lateMs + apartMs);
  if (atMs <= nowMs) result.gate = { ...result.gate, lastGoAtMs: Math.max(nowMs, ownMs) };
  return atMs;
}

/**
 * When one that yields may go: now, if a slot is free now. Otherwise it asks again when one may be, behind those that were
 * held before it, and keeps none until then.
 */
function giveWay(gate: Gate, result: Release, lateMs: number, nowMs: number): number {
  const slotMs = result.gate.nextSlotAtMs ?? nowMs;
  const perSecond = rateAt(gate, Math.max(nowMs, slotMs));
  if (slotMs > nowMs && perSecond !== null) {
    const heldMs = result.hold.at(-1)?.atMs ?? 0;
    return Math.max(slotMs, heldMs + 1_000 / perSecond);
  }
  const atMs = paced(gate, result, lateMs, nowMs);
  if (atMs <= nowMs) takeSlot(gate, result, nowMs, Number.POSITIVE_INFINITY);
  return atMs;
}

/**
 * While paused: one delivery finds out whether the endpoint is back, the others wait in line for what it finds. One that yields
 * does so only when it was fetched for that, since nobody else waited, and keeps no other from it: what a receiver makes of
 * such an event may say nothing.
 */
function probe(gate: Gate, pausedUntilMs: number, waiting: readonly Waiting[], nowMs: number): Release {
  const due = nowMs >= pausedUntilMs;
  const end = due ? waiting.find(({ yields }) => !yields) : undefined;
  const first = end ?? (mayYieldingProbe(gate, nowMs) ? waiting.find(({ granted }) => granted) : undefined);
  return {
    go: first ? [first.id] : [],
    hold: [],
    line: waiting.filter((one) => one !== first).map(({ id }) => id),
    skip: [],
    gate: {
      ...clocksOf(gate),
      pausedUntilMs: end ? nowMs + probeLeaseMs : pausedUntilMs,
      lastGoAtMs: first ? nowMs : gate.lastGoAtMs,
    },
  };
}

/** While a probe is due: whether the last one, of any kind, is long enough ago. */
function mayYieldingProbe({ pausedUntilMs, lastGoAtMs }: Gate, nowMs: number): boolean {
  return pausedUntilMs !== null && nowMs >= pausedUntilMs && nowMs >= (lastGoAtMs ?? 0) + probeLeaseMs;
}

/** The next free slot by the rate that holds at its time; `nowMs` where there is no limit, null when it is not before `untilMs`. */
function takeSlot(gate: Gate, result: Release, nowMs: number, untilMs: number): number | null {
  const slotMs = Math.max(nowMs, result.gate.nextSlotAtMs ?? nowMs);
  const perSecond = rateAt(gate, slotMs);
  if (perSecond === null) {
    result.gate = { ...result.gate, nextSlotAtMs: null, recoveredAtMs: null };
    return nowMs;
  }
  if (slotMs >= untilMs) return null;
  result.gate = { ...result.gate, nextSlotAtMs: slotMs + slack * (1_000 / perSecond) };
  return slotMs;
}

/** Deliveries a second at an instant: the ramp's while it is below the endpoint's own. Null: no limit. */
export function rateAt(gate: Pick<Gate, 'rate' | 'recoveredAtMs'>, atMs: number): number | null {
  if (gate.recoveredAtMs === null) return gate.rate;
  const ramp = 2 ** Math.min(30, Math.max(0, Math.floor((atMs - gate.recoveredAtMs) / 1_000)));
  if (gate.rate === null) return ramp >= rampEndPerSecond ? null : ramp;
  return Math.min(ramp, gate.rate);
}

/** How many of a line are fetched at once. */
const fetchAtOnce = 2_000;

/** When as many of a line may go as are fetched now, in order, and what that makes of the gate. */
export type Fetch = { slots: { atMs: number; granted: boolean }[]; gate: Clocks };

/**
 * Who waits in line is fetched: one as a probe when that is due, else as many as will soon have a slot and find room. A
 * disabled endpoint's are fetched to be skipped. `yielding`: it is asked for those that yield, since nobody else is left.
 */
export function fetchFromLine(asStored: Gate, nowMs: number, yielding = false): Fetch {
  const gate = rampFromFirstUse(asStored, nowMs);
  const { pausedUntilMs } = gate;
  const result: Release = { go: [], hold: [], line: [], skip: [], gate: clocksOf(gate) };
  const most = Math.min(fetchAtOnce, gate.room ?? fetchAtOnce);
  const asTheyAre = (count: number) => Array.from({ length: count }, () => ({ atMs: nowMs, granted: yielding }));
  if (!gate.enabled) return { slots: asTheyAre(fetchAtOnce), gate: result.gate };
  if (pausedUntilMs !== null) {
    const due = yielding ? mayYieldingProbe(gate, nowMs) : pausedUntilMs <= nowMs;
    return { slots: asTheyAre(due ? 1 : 0), gate: result.gate };
  }
  const untilMs = nowMs + (yielding ? yieldingAheadMs : aheadMs);
  const slots: Fetch['slots'] = [];
  while (slots.length < most) {
    const atMs = takeSlot(gate, result, nowMs, untilMs);
    if (atMs === null) break;
    slots.push({ atMs, granted: rateAt(gate, nowMs) !== null });
  }
  return { slots, gate: result.gate };
}
