import { makeAlarm } from './alarm.ts';

/** Claims work by free slots and starts it, never waiting for what it started. */
export type Pump = {
  /** Something may be due: look now. */
  wake(): void;
  /** Looks again when a message becomes due. */
  wakeIn(delayMs: number): void;
  /** Takes a slot for work that comes in by another way; false when none is free. */
  take(): boolean;
  release(): void;
  readonly inFlight: number;
  /** True while the last look found nothing: what still waits by its row has lost its message. */
  readonly idle: boolean;
  /** Stops claiming; what runs goes on. */
  stop(): Promise<void>;
};

export type PumpOptions<Work> = {
  slots: number;
  /** Claims up to `limit`. `more`: the queue gave a full batch, whatever became of it, so there may be more behind it. */
  claim(limit: number): Promise<{ work: Work[]; more: boolean }>;
  /** Runs one; the slot is free when it resolves. Must not reject. */
  perform(work: Work): Promise<void>;
  /** False while nothing may be claimed: over the byte budget, out of touch with the database. */
  mayClaim(): boolean;
  onError(error: unknown): void;
};

const batchSize = 128;
const pollMs = 500;
const retryMs = 500;
const patienceMs = 20;

export function makePump<Work>(options: PumpOptions<Work>): Pump {
  const alarm = makeAlarm();
  let inFlight = 0;
  let stopped = false;
  let idle = false;
  /** The last look found no free slots: the next one that comes free is worth a look. */
  let starved = false;
  let lastClaimAt = 0;

  const release = () => {
    inFlight -= 1;
    if (starved) alarm.wake();
  };
  /** Enough free slots for a claim worth its transaction; after a while any will do, or long requests would idle the rest. */
  const room = () => {
    const free = options.slots - inFlight;
    const enough = Math.min(batchSize, Math.ceil(options.slots / 4));
    const patient = free < enough && inFlight > 0 && performance.now() - lastClaimAt < patienceMs;
    return patient ? 0 : Math.min(free, batchSize);
  };
  /** One look; answers how long to sleep before the next. */
  const look = async (): Promise<number> => {
    const limit = options.mayClaim() ? room() : 0;
    starved = limit === 0;
    if (limit === 0) return inFlight < options.slots ? patienceMs : pollMs;
    lastClaimAt = performance.now();
    const { work: claimed, more } = await options.claim(limit);
    idle = claimed.length === 0 && !more;
    for (const work of claimed) {
      inFlight += 1;
      void options.perform(work).finally(release);
    }
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
    wake: alarm.wake,
    wakeIn: alarm.wakeIn,
    take() {
      if (stopped || inFlight >= options.slots) return false;
      inFlight += 1;
      return true;
    },
    release,
    get inFlight() {
      return inFlight;
    },
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
