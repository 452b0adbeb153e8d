/**
 * State of an endpoint that decides what may be sent to it now. Times are in epoch milliseconds by the database's
 * clock.
 */
export type Gate = {
  enabled: boolean;
  /** Deliveries per second; null: no limit. */
  rate: number | null;
  /** Number of further deliveries that may be in progress; null: no limit. */
  room: number | null;
  /**
   * Time before which nothing is sent, because the endpoint is down or throttles; then one probe is sent. Null: no
   * pause.
   */
  pausedUntilMs: number | null;
  /**
   * Time when the endpoint answered again. From then on the rate doubles each second, starting at one delivery a
   * second.
   */
  recoveredAtMs: number | null;
  /** Time of the next free slot, by the rate so far. */
  nextSlotAtMs: number | null;
  /**
   * Time of the last delivery sent, as if all had been sent evenly. After several at once it is a little in the future.
   */
  lastGoAtMs: number | null;
};

/**
 * A due delivery. `granted` is true if it already got its time: by the rate or, for one that `yields`, because no other
 * delivery waited. A delivery that `yields` takes no time from others.
 */
export type Waiting = { id: string; granted: boolean; yields?: boolean };

/** The part of a gate that a release changes. */
export type Clocks = Pick<Gate, 'pausedUntilMs' | 'nextSlotAtMs' | 'recoveredAtMs' | 'lastGoAtMs'>;

export type Release = {
  go: string[];
  hold: { id: string; atMs: number; granted: boolean }[];
  /** Deliveries that join the endpoint's line, until they are fetched. Their time is unknown or not soon. */
  line: string[];
  /** Deliveries that are stored but not sent, because the endpoint is disabled. */
  skip: string[];
  gate: Clocks;
};

/** A probe without an answer after this time was lost with its worker. Another probe is then sent. */
export const probeLeaseMs = 20_000;

/** Rate per second above which a ramp ends, if the endpoint has no rate. */
const rampEndPerSecond = 512;

/**
 * Factor by which slots are farther apart than the rate requires. Otherwise sends that run a little late could add up
 * to more than the rate.
 */
const slack = 1.1;

/**
 * Milliseconds' worth of deliveries that may go at once: the part of each second that the slack leaves over. Without
 * this burst, a high rate would need a transaction for each delivery.
 */
const burstMs = 100;

/** Slots are given for this many milliseconds ahead. */
const aheadMs = 2_500;
/**
 * Slots for yielding deliveries from a line are given less far ahead, because other deliveries may have to wait that
 * long behind them.
 */
const yieldingAheadMs = 1_000;

/**
 * Decides which of the due deliveries to one endpoint may go now, and when the others may. After an outage one probe
 * goes. Once it has succeeded, the rate starts at one delivery a second and doubles each second, up to the endpoint's
 * rate and never above it.
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
 * Sends a delivery, holds it, or adds it to the line, by its time. A delivery whose slot is less than 2.5 s away gets
 * that time. Otherwise it joins the line: a time given far ahead would not follow a changed rate, and would go before
 * newer, more urgent ones.
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

/**
 * Returns the gate with the ramp starting at its first use. The ramp begins with the first delivery after the recovery,
 * even if waiting deliveries were held for long.
 */
function rampFromFirstUse(gate: Gate, nowMs: number): Gate {
  const { recoveredAtMs, nextSlotAtMs } = gate;
  const unused = recoveredAtMs !== null && (nextSlotAtMs === null || nextSlotAtMs <= recoveredAtMs);
  return unused ? { ...gate, recoveredAtMs: nowMs } : gate;
}

/**
 * Returns the time at which a delivery whose slot has come may go. Deliveries keep the distance of the rate, except for
 * a small burst, which the slack between slots makes up for. Deliveries that are late because a worker was busy get no
 * larger burst. `lateMs` is the time given to the late delivery before this one; 0: there is none.
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
 * Returns the time at which a yielding delivery may go: now, if a slot is free now. Otherwise it is looked at again
 * when a slot may be free, after the deliveries held before it, and it reserves no slot until then.
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
 * Lets one delivery through as a probe when one is due, first one that got its time, as by somebody who asked for it; the
 * others wait in the line for its outcome. A yielding
 * delivery may probe only if it was fetched for that, because no other delivery waited. It does not stop another
 * delivery from probing: a receiver's answer to such an event may not show its health.
 */
function probe(gate: Gate, pausedUntilMs: number, waiting: readonly Waiting[], nowMs: number): Release {
  const due = nowMs >= pausedUntilMs;
  const ends = due ? waiting.filter(({ yields }) => !yields) : [];
  const end = ends.find(({ granted }) => granted) ?? ends[0];
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

/** Returns true if a probe is due and the last one, of any kind, is long enough ago. */
function mayYieldingProbe({ pausedUntilMs, lastGoAtMs }: Gate, nowMs: number): boolean {
  return pausedUntilMs !== null && nowMs >= pausedUntilMs && nowMs >= (lastGoAtMs ?? 0) + probeLeaseMs;
}

/**
 * Takes the next free slot, by the rate at its time. Returns `nowMs` if there is no limit, and null if the slot is not
 * before `untilMs`.
 */
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

/**
 * Returns the deliveries per second at an instant: the ramp's rate while it is below the endpoint's own rate. Null: no
 * limit.
 */
export function rateAt(gate: Pick<Gate, 'rate' | 'recoveredAtMs'>, atMs: number): number | null {
  if (gate.recoveredAtMs === null) return gate.rate;
  const ramp = 2 ** Math.min(30, Math.max(0, Math.floor((atMs - gate.recoveredAtMs) / 1_000)));
  if (gate.rate === null) return ramp >= rampEndPerSecond ? null : ramp;
  return Math.min(ramp, gate.rate);
}

/** The highest number of deliveries fetched from a line at once. */
const fetchAtOnce = 2_000;

/** Times for the deliveries to fetch from a line, in order, and the gate after that. */
export type Fetch = { slots: { atMs: number; granted: boolean }[]; gate: Clocks };

/**
 * Returns the times for deliveries to fetch from an endpoint's line: one for a probe that is due, otherwise as many as
 * will soon have a slot and room. Deliveries of a disabled endpoint are fetched to be skipped. `yielding` is true if
 * yielding deliveries are fetched, because no others are left.
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
