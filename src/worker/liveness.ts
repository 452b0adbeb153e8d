import { randomUUID } from 'node:crypto';
import type { Pace } from '#src/engine/pace.ts';
import { packageVersion } from '#src/package-version.ts';
import type { Db } from '#src/store/db/database.ts';
import { forgetWorker, heartbeat, registerWorker, type WorkerCondition } from '#src/store/worker/workers.ts';

/** This worker's registration in the database, kept alive by heartbeats. */
export type Liveness = {
  readonly worker: { id: string; name: string };
  inTouch(): boolean;
  /** True if others have declared this worker dead, or may have done so since its last heartbeat. */
  mayBeLost(): boolean;
  /** True once the heartbeats have been unbroken long enough to judge the silence of other workers. */
  mayJudge(): boolean;
  /** Records at once in the database that this worker claims nothing more. */
  drain(): Promise<void>;
  stop(): Promise<void>;
};

export type LivenessOptions = {
  id: string;
  name: string;
  slots: number;
  pace: Pick<Pace, 'heartbeatMs' | 'outOfTouchMs' | 'unbrokenMs' | 'silentAfterSeconds'>;
  condition: () => Omit<WorkerCondition, 'draining'>;
  /** Called when this worker has been declared dead. Its jobs and deliveries then belong to others. */
  onDeclaredDead: () => void;
  onError: (error: unknown) => void;
};

export async function makeLiveness(db: Db, options: LivenessOptions): Promise<Liveness> {
  const { heartbeatMs, outOfTouchMs, unbrokenMs, silentAfterSeconds } = options.pace;
  const version = packageVersion();
  const worker = { id: options.id, name: options.name };
  await registerWorker(db, { ...worker, slots: options.slots, version });
  let lastBeat = performance.now();
  let unbrokenSince = lastBeat;
  let stopped = false;
  let draining = false;
  /** Others take back what a dead id has claimed, so nothing may be claimed until there is another one. */
  let isDead = false;
  const condition = () => ({ ...options.condition(), draining });
  let timer: NodeJS.Timeout | undefined;

  /**
   * Registers this worker under a new id after it was declared dead. `worker.id` changes only after the registration,
   * so that no claim has an unknown id.
   */
  const startAnew = async () => {
    isDead = true;
    options.onDeclaredDead();
    const id = randomUUID();
    await registerWorker(db, { ...worker, id, slots: options.slots, version });
    worker.id = id;
    isDead = false;
    unbrokenSince = performance.now();
  };

  const beat = async () => {
    try {
      const alive = await heartbeat(db, worker.id, condition());
      // A heartbeat that hung while the database was away counts as a break, like one that failed.
      if (performance.now() - lastBeat > heartbeatMs * 2) unbrokenSince = performance.now();
      lastBeat = performance.now();
      if (!alive) await startAnew();
    } catch (error) {
      options.onError(error);
    }
    if (!stopped) timer = setTimeout(() => void beat(), heartbeatMs);
  };
  timer = setTimeout(() => void beat(), heartbeatMs);

  return {
    worker,
    inTouch: () => !isDead && performance.now() - lastBeat < outOfTouchMs,
    // Four fifths of the silence after which others declare it dead: they count from the beat, and this from its answer.
    mayBeLost: () => isDead || performance.now() - lastBeat > silentAfterSeconds * 1_000 * 0.8,
    mayJudge: () => performance.now() - lastBeat < heartbeatMs * 2 && performance.now() - unbrokenSince >= unbrokenMs,
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
