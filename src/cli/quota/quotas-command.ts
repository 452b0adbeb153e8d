import { describeFailure } from '#src/cli/failure/describe-failure.ts';
import { onlyProject } from '#src/cli/run/only-project.ts';
import { reachDatabase } from '#src/cli/run/reach-database.ts';
import { readSettings } from '#src/cli/run/read-settings.ts';
import { StartError } from '#src/cli/start-error.ts';
import { quotaWords } from '#src/contract/project/quota-words.ts';
import { type QuotasChange, type QuotaView, quotasInput } from '#src/contract/project/quotas.ts';
import type { QuotaName } from '#src/domain/quota/quota.ts';
import { formatId } from '#src/domain/text/id.ts';
import { getQuotas, setQuotas } from '#src/engine/quota/quota-settings.ts';
import { makeLog } from '#src/log.ts';
import { makeDb } from '#src/store/db/database.ts';

/** The options of `ringback quotas`, as they were typed. */
export type QuotaOptions = Partial<Record<QuotaName, string>>;

/** Runs `ringback quotas`: sets the quotas that are given, and prints all of them with where they stand. */
export async function quotasCommand(
  environment: Readonly<Record<string, string | undefined>>,
  { project, options }: { project: string; options: QuotaOptions },
  say: (line: string) => void,
): Promise<void> {
  const change = readChange(options);
  const config = await readSettings(environment);
  const reached = await reachDatabase(config, makeLog({ logLevel: 'silent', logFormat: 'json' }));
  const db = makeDb(reached.url, { max: 2, name: 'quotas' });
  try {
    const found = await onlyProject(db, project);
    if (Object.keys(change).length > 0) await setQuotas(db, found.id, change);
    const { quotas } = await getQuotas(db, found.id, config.quotasSetBy);
    say(`${found.name} (${formatId('prj', found.id)})`);
    for (const quota of quotas) say(`  ${quotaWords[quota.name].padEnd(14)}${standText(quota)}`);
  } catch (error) {
    if (error instanceof StartError) throw error;
    throw new StartError(`The database cannot be used: ${describeFailure(error, config)}`);
  } finally {
    await db.close();
    await reached.stop();
  }
}

/** Returns the change that was typed; `none` takes a limit away. Throws a StartError that names a wrong option. */
function readChange(options: QuotaOptions): QuotasChange {
  const typed = Object.entries(options).map(([name, text]) => [name, text === 'none' ? null : Number(text)]);
  const read = quotasInput.safeParse(Object.fromEntries(typed));
  if (read.success) return read.data;
  const name = String(read.error.issues[0]?.path[0]);
  const option = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  throw new StartError(`${option} must be a whole number from 1 on, or "none", not "${options[name as QuotaName]}".`);
}

function standText({ limit, used, capped }: QuotaView): string {
  const amount = used === null ? 'not measured' : `${used.toLocaleString('en-US')}${capped ? '+' : ''}`;
  return limit === null ? `${amount}, no limit` : `${amount} of ${limit.toLocaleString('en-US')}`;
}
