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
  /** Claims up to `limit` and answers what it got. */
  claim(limit: number): Promise<Work[]>;
  /** Runs one; the slot is free when it resolves. Must not reject. */
  perform(work: Work): Promise<void>;
  /** False while nothing may be claimed: over the byte budget, out of touch with the database. */
  mayClaim(): boolean;
  onError(error: unknown): void;
};

const batchSize = 128;
const pollMs = 500;
const retryMs = 500;

export function makePump<Work>(options: PumpOptions<Work>): Pump {
  let inFlight = 0;
  let stopped = false;
  let idle = false;
  let awake = false;
  let rouse: (() => void) | undefined;
  /** One timer for all that comes due within the same 10 ms. */
  const timers = new Map<number, NodeJS.Timeout>();

  const wake = () => {
    awake = true;
    rouse?.();
  };
  /** Sleeps until woken or `ms` have passed; a wake-up that came before counts. */
  const sleep = (ms: number) =>
    new Promise<void>((resolve) => {
      const end = () => {
        clearTimeout(timer);
        rouse = undefined;
        resolve();
      };
      const timer = setTimeout(end, ms);
      rouse = end;
      if (awake || stopped) end();
    });
  const release = () => {
    inFlight -= 1;
    if (starved) wake();
  };
  let starved = false;
  /** Enough free slots for a claim worth its transaction. */
  const room = () => {
    const free = options.slots - inFlight;
    return free >= Math.min(batchSize, Math.ceil(options.slots / 4)) || inFlight === 0 ? Math.min(free, batchSize) : 0;
  };

  const step = async (): Promise<number> => {
    const limit = options.mayClaim() ? room() : 0;
    starved = limit === 0;
    if (limit === 0) return pollMs;
    const claimed = await options.claim(limit);
    idle = claimed.length === 0;
    for (const work of claimed) {
      inFlight += 1;
      void options.perform(work).finally(release);
    }
    return claimed.length === limit ? 0 : pollMs;
  };

  const run = async () => {
    while (!stopped) {
      awake = false;
      const waitMs = await step().catch((error: unknown) => {
        options.onError(error);
        return retryMs;
      });
      if (waitMs > 0 && !stopped) await sleep(waitMs);
    }
  };
  const running = run();

  return {
    wake,
    wakeIn(delayMs) {
      const at = Math.ceil((performance.now() + delayMs) / 10) * 10;
      if (timers.has(at) || stopped) return;
      const ring = () => {
        timers.delete(at);
        wake();
      };
      timers.set(at, setTimeout(ring, at - performance.now() + 1));
    },
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
      rouse?.();
      for (const timer of timers.values()) clearTimeout(timer);
      await running;
    },
  };
}
