import { randomUUID } from 'node:crypto';
import type { Db } from '#src/store/db/database.ts';
import { forgetWorker, heartbeat, registerWorker, type WorkerCondition } from '#src/store/worker/workers.ts';

const beatMs = 3_000;
/** Silent longer than this, a worker claims nothing: others may soon take what it has. */
const outOfTouchMs = 10_000;
const unbrokenMs = 15_000;

/** This worker's standing with the others, by heartbeats in the database. */
export type Liveness = {
  readonly worker: { id: string; name: string };
  inTouch(): boolean;
  /** True once its heartbeats have been unbroken long enough to judge the silence of others. */
  mayJudge(): boolean;
  /** Says at once that this worker claims nothing more. */
  drain(): Promise<void>;
  stop(): Promise<void>;
};

export type LivenessOptions = {
  id: string;
  name: string;
  slots: number;
  condition: () => Omit<WorkerCondition, 'draining'>;
  /** Somebody has declared this worker dead: what it runs is no longer its own. */
  onDeclaredDead: () => void;
  onError: (error: unknown) => void;
};

export async function makeLiveness(db: Db, options: LivenessOptions): Promise<Liveness> {
  const worker = { id: options.id, name: options.name };
  await registerWorker(db, { ...worker, slots: options.slots });
  let lastBeat = performance.now();
  let unbrokenSince = lastBeat;
  let stopped = false;
  let draining = false;
  const condition = () => ({ ...options.condition(), draining });
  let timer: NodeJS.Timeout | undefined;

  /** Somebody has declared this worker dead: it goes on under another id, known before anything is claimed with it. */
  const startAnew = async () => {
    options.onDeclaredDead();
    const id = randomUUID();
    await registerWorker(db, { ...worker, id, slots: options.slots });
    worker.id = id;
    unbrokenSince = performance.now();
  };

  const beat = async () => {
    try {
      const alive = await heartbeat(db, worker.id, condition());
      // One that hung while the database was away counts as a break, just as one that failed.
      if (performance.now() - lastBeat > beatMs * 2) unbrokenSince = performance.now();
      lastBeat = performance.now();
      if (!alive) await startAnew();
    } catch (error) {
      options.onError(error);
    }
    if (!stopped) timer = setTimeout(() => void beat(), beatMs);
  };
  timer = setTimeout(() => void beat(), beatMs);

  return {
    worker,
    inTouch: () => performance.now() - lastBeat < outOfTouchMs,
    mayJudge: () => performance.now() - lastBeat < beatMs * 2 && performance.now() - unbrokenSince >= unbrokenMs,
    async drain() {
      draining = true;
      await heartbeat(db, worker.id, condition()).catch(options.onError);
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await forgetWorker(db, worker.id).catch(options.onError);
    },
  };
}
