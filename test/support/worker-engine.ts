import type { EngineDeps } from '#src/engine/deps.ts';
import { makeEngine } from '#src/engine/start/make-engine.ts';
import { makeLog } from '#src/log.ts';
import type { TestRingback } from './ringback.ts';
import { testPace } from './test-pace.ts';

export type WorkerEngine = EngineDeps & { stop(): Promise<void> };

/** Makes what the parts of a worker share, on the database of a Ringback that has no worker. */
export async function startWorkerEngine({ config }: TestRingback): Promise<WorkerEngine> {
  const log = makeLog(config, { write: () => undefined });
  const engine = await makeEngine(config, log, { process: 'worker', supervise: false, pace: testPace });
  return {
    ...engine,
    async stop() {
      await engine.queue.stop();
      await engine.db.close();
    },
  };
}
