import type { ServerConfig } from '#src/config.ts';
import type { EngineDeps, EngineLog } from '#src/engine/deps.ts';
import { egressRules } from '#src/engine/egress/egress.ts';
import type { Pace } from '#src/engine/pace.ts';
import { makeReceivers } from '#src/engine/receivers-cache.ts';
import { makeUpstreams } from '#src/engine/upstreams-cache.ts';
import { makeDb } from '#src/store/db/database.ts';
import { makeQueue } from '#src/store/db/queue.ts';
import { makeNotify } from '#src/store/db/wake.ts';
import { makeCipher } from '#src/store/seal/cipher.ts';

/**
 * Connects to the database and makes the dependencies of the engine. Call it once in each process. The caller must stop
 * the queue and close the database.
 */
export async function makeEngine(
  config: ServerConfig,
  log: EngineLog,
  { process, supervise, pace }: { process: 'web' | 'worker'; supervise: boolean; pace: Pace },
): Promise<EngineDeps> {
  const { queryTimeoutMs } = pace;
  const db = makeDb(config.databaseUrl, { max: config.dbPool, name: process, queryTimeoutMs });
  return {
    db,
    queue: await makeQueue(db, { supervise, onError: (err) => log.warn({ err }, 'pg-boss') }),
    notify: makeNotify(db),
    receivers: makeReceivers(db, Date.now),
    upstreams: makeUpstreams(db, Date.now),
    cipher: makeCipher([...config.encryptionKeys]),
    egress: egressRules(config),
    publicUrl: config.url,
    now: Date.now,
    random: Math.random,
    pace,
    log,
  };
}
