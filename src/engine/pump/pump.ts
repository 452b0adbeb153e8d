import type { Alarm } from './alarm.ts';
import type { Slot, SlotPool } from './under-way.ts';

/** A loop that claims work by free slots and starts it. It never waits for what it has started. */
export type Pump = {
  /** True while the last look found nothing: what still waits by its row has lost its message. */
  readonly idle: boolean;
  /** Stops claiming. What runs goes on. */
  stop(): Promise<void>;
};

export type PumpOptions<Work> = {
  /** Wakes the loop: something may be due now, or in so many milliseconds. */
  alarm: Alarm;
  slots: SlotPool;
  /** Claims up to `limit`. `more`: the queue gave a full batch, whatever became of it, so there may be more behind it. */
  claim(limit: number): Promise<{ work: Work[]; more: boolean }>;
  /** Does the work of one slot, which is freed when it settles. */
  perform(work: Work, slot: Slot): Promise<void>;
  /** False while nothing may be claimed: memory is full, or the database is out of touch. */
  mayClaim(): boolean;
  onError(error: unknown): void;
};

const batchSize = 128;
const pollMs = 500;
const retryMs = 500;
const patienceMs = 20;

/** Starts the loop. */
export function makePump<Work>({ alarm, slots, ...options }: PumpOptions<Work>): Pump {
  let stopped = false;
  let idle = false;
  /** The last look found no free slots: the next one that comes free is worth a look. */
  let starved = false;
  let lastClaimAt = 0;

  slots.onFree(() => {
    if (starved) alarm.wake();
  });
  const perform = async (work: Work) => {
    using slot = slots.takeForClaimed();
    await options.perform(work, slot);
  };
  /** Returns how much to claim: enough for a claim to be worth its transaction; after a while anything, or slots would idle. */
  const claimable = () => {
    const enough = Math.min(batchSize, Math.ceil((slots.free + slots.taken) / 4));
    const patient = slots.free < enough && slots.taken > 0 && performance.now() - lastClaimAt < patienceMs;
    return patient ? 0 : Math.min(slots.free, batchSize);
  };
  /** Looks once. Returns how long to sleep before the next look, in milliseconds. */
  const look = async (): Promise<number> => {
    const limit = options.mayClaim() ? claimable() : 0;
    starved = limit === 0;
    if (limit === 0) return slots.free > 0 ? patienceMs : pollMs;
    lastClaimAt = performance.now();
    const { work: claimed, more } = await options.claim(limit);
    idle = claimed.length === 0 && !more;
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
  const running = run();

  return {
    get idle() {
      return idle;
    },
    async stop() {
      stopped = true;
      alarm.stop();
      await running;
    },
  };
}
