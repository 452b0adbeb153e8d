import { channel } from 'node:diagnostics_channel';
import type { Alarm } from './alarm.ts';
import { makeLoad } from './load.ts';
import type { Slot, SlotPool } from './under-way.ts';

/** A loop that claims work by free slots and starts it. It never waits for what it has started. */
export type Pump = {
  /**
   * True if the last claim found no work and the queue had no more. A row that still waits then has lost its message.
   */
  readonly idle: boolean;
  /** Begins to claim. Call it once. */
  start(): void;
  /** Stops claiming. Work in progress goes on. */
  stop(): Promise<void>;
};

/**
 * What a pump publishes on the diagnostics channel `ringback:claim` for each claim: how much was asked for and claimed,
 * and how many milliseconds it took.
 */
export type ClaimTrace = { name: string; limit: number; items: number; tookMs: number };
const traces = channel('ringback:claim');

/** Options of a pump. `Work` is a claimed job or delivery. */
export type PumpOptions<Work> = {
  /** Name of what is claimed, for traces. */
  name: string;
  /** Alarm that wakes the loop when work may be due. */
  alarm: Alarm;
  slots: Pick<SlotPool, 'free' | 'taken' | 'takeForClaimed' | 'onFree'> & {
    /**
     * Number of free slots when `free` is 0: they are for work whose origin has few slots. The queue does not tell which
     * work that is, so a claim for them takes whatever is first. If it finds none, the next one is made 100 ms later.
     * Default 0.
     */
    readonly reserve?: number;
  };
  /**
   * Claims at most `limit` pieces of work. `more` is true if the queue gave a full batch, so there may be more due
   * work.
   */
  claim(limit: number): Promise<{ work: Work[]; more: boolean }>;
  /** Does one piece of work. Its slot is freed when the promise settles. */
  perform(work: Work, slot: Slot): Promise<void>;
  /**
   * Returns true if others may have taken this worker's claims over. What was claimed just now is then left to them: the
   * process may have been stopped while the answer to its claim was there already.
   */
  mayBeLost(): boolean;
  /** Returns false while nothing may be claimed: memory is full, or the database cannot be reached. */
  mayClaim(): boolean;
  onError(error: unknown): void;
};

const batchSize = 128;
const pollMs = 500;
const retryMs = 500;
const patienceMs = 20;
/** Time for which a busy loop gathers work before its next claim. A claim that took half a batch is worth it already. */
const gatherMs = 8;
const reserveMs = 100;
const reserveBatch = 64;

/** Makes the loop. It claims nothing before its start. */
export function makePump<Work>({ alarm, slots, ...options }: PumpOptions<Work>): Pump {
  let stopped = false;
  let idle = false;
  /** True if the last look had no slots to claim for. The next slot that comes free then wakes the loop. */
  let starved = false;
  let lastClaimAt = 0;
  let reserveFrom = 0;
  const load = makeLoad();
  let claimEndedAt = performance.now();
  /** Time of the first look after the last claim, from which on there may be work. */
  let wantedAt: number | undefined;
  let lastItems = 0;

  slots.onFree(() => {
    if (starved) alarm.wake();
  });
  const perform = async (work: Work) => {
    using slot = slots.takeForClaimed();
    await options.perform(work, slot);
  };
  /**
   * Returns the number of pieces to claim; 0: not now. A claim waits until a quarter of the slots is free, to be worth
   * its transaction, but at most 20 ms after the last claim, so that slots do not stay idle.
   */
  const claimable = () => {
    if (slots.free === 0) return fromReserve();
    const enough = Math.min(batchSize, Math.ceil((slots.free + slots.taken) / 4));
    const patient = slots.free < enough && slots.taken > 0 && performance.now() - lastClaimAt < patienceMs;
    return patient ? 0 : Math.min(slots.free, batchSize);
  };
  const hasReserve = () => slots.free === 0 && (slots.reserve ?? 0) > 0;
  const fromReserve = () => (hasReserve() && performance.now() >= reserveFrom ? reserveBatch : 0);
  /** Claims once and starts the work. Returns the milliseconds to sleep before the next claim. */
  const look = async (): Promise<number> => {
    const limit = options.mayClaim() ? claimable() : 0;
    starved = limit === 0;
    if (limit === 0) return slots.free > 0 ? patienceMs : hasReserve() ? reserveMs : pollMs;
    wantedAt ??= performance.now();
    const sinceClaimMs = performance.now() - claimEndedAt;
    const gathers = load.busy && lastItems > 0 && lastItems < batchSize / 2;
    if (gathers && sinceClaimMs < gatherMs) return gatherMs - sinceClaimMs;
    lastClaimAt = performance.now();
    const isReserve = hasReserve();
    const { work: claimed, more } = await options.claim(limit);
    const idleMs = wantedAt - claimEndedAt;
    claimEndedAt = performance.now();
    load.note(idleMs, claimEndedAt - wantedAt);
    wantedAt = undefined;
    lastItems = claimed.length;
    tell({ name: options.name, limit, items: lastItems, tookMs: claimEndedAt - lastClaimAt });
    if (!isReserve || claimed.length === 0) reserveFrom = performance.now() + reserveMs;
    idle = claimed.length === 0 && !more;
    if (options.mayBeLost()) return retryMs;
    for (const work of claimed) void perform(work).catch(options.onError);
    return more ? 0 : pollMs;
  };
  const run = async () => {
    while (!stopped) {
      alarm.reset();
      const waitMs = await look().catch((error: unknown) => {
        options.onError(error);
        return retryMs;
      });
      if (waitMs > 0 && !stopped) await alarm.sleep(waitMs);
    }
  };
  let running: Promise<void> | undefined;

  return {
    get idle() {
      return idle;
    },
    start() {
      running = run();
    },
    async stop() {
      stopped = true;
      alarm.stop();
      await running;
    },
  };
}

function tell(claim: ClaimTrace): void {
  if (traces.hasSubscribers) traces.publish(claim);
}
