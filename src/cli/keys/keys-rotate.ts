import { describeFailure } from '#src/cli/failure/describe-failure.ts';
import { type ReachedDatabase, reachDatabase } from '#src/cli/run/reach-database.ts';
import { readSettings } from '#src/cli/run/read-settings.ts';
import { StartError } from '#src/cli/start-error.ts';
import { type Config, ConfigError } from '#src/config.ts';
import { countKeys } from '#src/engine/rotate/count-keys.ts';
import { rotateKeys } from '#src/engine/rotate/rotate-keys.ts';
import { makeLog } from '#src/log.ts';
import { type Db, makeDb } from '#src/store/db/database.ts';
import {
  beginningLine,
  exitCodeOfRotation,
  progressLine,
  rotationLines,
  sumOfOlder,
  tellCounts,
} from './rotation-words.ts';

type Options = Readonly<{
  /** Count only. */
  check?: boolean | undefined;
  say: (line: string) => void;
  /** Milliseconds between two lines about how far it is. */
  tellEveryMs?: number;
}>;

/**
 * Runs `ringback keys rotate`. Returns the exit code: 0 everything is sealed with the current key, 1 something is not,
 * 2 the command cannot do its work.
 */
export async function keysRotate(
  environment: Readonly<Record<string, string | undefined>>,
  options: Options,
): Promise<0 | 1 | 2> {
  let config: Config | undefined;
  let reached: ReachedDatabase | undefined;
  let db: Db | undefined;
  try {
    config = await readSettings(environment);
    if (config.encryptionKeys.length === 0) throw new StartError('RINGBACK_ENCRYPTION_KEYS is missing.');
    reached = await reachDatabase(config, makeLog({ logLevel: 'silent', logFormat: 'json' }));
    db = makeDb(reached.url, { max: 1, name: 'keys rotate', queryTimeoutMs: 60_000 });
    return await (options.check ? check(db, config, options) : rotate(db, config, options));
  } catch (error) {
    const says = error instanceof ConfigError ? error.message : describeFailure(error, config ?? {});
    options.say(`The keys cannot be rotated: ${says}`);
    return 2;
  } finally {
    await db?.close();
    await reached?.stop();
  }
}

async function check(db: Db, { encryptionKeys }: Config, { say }: Options): Promise<0 | 1> {
  const ids = encryptionKeys.map(({ id }) => id);
  const counts = await countKeys(db);
  for (const line of tellCounts(counts, ids, Date.now())) say(line);
  return sumOfOlder(counts, ids) === 0 ? 0 : 1;
}

async function rotate(db: Db, { encryptionKeys }: Config, { say, tellEveryMs = 5_000 }: Options): Promise<0 | 1> {
  const ids = encryptionKeys.map(({ id }) => id);
  const total = sumOfOlder(await countKeys(db), ids);
  say(beginningLine(total, ids[0]));
  let told = performance.now();
  const onProgress = (renewed: number) => {
    if (performance.now() - told < tellEveryMs) return;
    told = performance.now();
    say(progressLine(renewed, total));
  };
  const rotation = await rotateKeys(db, { ring: encryptionKeys, now: Date.now, onProgress });
  for (const line of rotationLines(rotation, ids)) say(line);
  return exitCodeOfRotation(rotation);
}
