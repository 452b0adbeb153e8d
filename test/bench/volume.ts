import { setTimeout as pause } from 'node:timers/promises';
import { makeProjectRetention } from '#src/engine/retain/retain.ts';
import { makeLog } from '#src/log.ts';
import { makeDb } from '#src/store/db/database.ts';
import { print } from './figures.ts';
import { startStack } from './stack.ts';
import { startSink } from './start-sink.ts';
import { benchJob, openSubmitter } from './submit.ts';
import { sql } from './throughput.ts';

/**
 * Sends many jobs through with retention on, and prints every half minute what is stored, what is dead and how fast it
 * goes. Results are kept for 30 s, jobs for two minutes: the same code deletes them that otherwise works by days.
 * `node test/bench/volume.ts [jobs, 5,000,000]`.
 */
const jobs = Number(process.argv[2] ?? 5_000_000);
const keptMs = 120_000;
const chunk = 5_000;
/** Jobs that may be under way. Submitting waits for them, so that the queue stays short. */
const under = 20_000;

const sink = await startSink();
const stack = await startStack();
const submitter = openSubmitter(stack);
const db = makeDb(stack.databaseUrl, { max: 2, name: 'volume' });
const log = makeLog({ logLevel: 'warn', logFormat: 'json' });
const clean = makeProjectRetention(
  { db, log, now: () => Date.now() - keptMs },
  { jobsDays: 0, attemptsDays: 0, deliveriesDays: 0, resultTtlSeconds: 86_400 },
);
let done = false;
const cleaning = (async () => {
  for (; !done; await pause(5_000)) await clean(() => done);
})();
const reporting = (async () => {
  for (let before = 0; !done; ) {
    await pause(30_000);
    const { hooks } = await sink.counts();
    await report(hooks, (hooks - before) / 30);
    before = hooks;
  }
})();
const job = { ...benchJob(sink.url), resultTtlSeconds: 30 };
for (let sent = 0; sent < jobs; sent += chunk) {
  await submitter.submit(chunk, 'in batches', job);
  while (sent - (await sink.counts()).hooks > under) await pause(50);
}
while ((await sink.counts()).hooks < jobs) await pause(200);
done = true;
await Promise.all([cleaning, reporting]);
await db.close();
await submitter.close();
await stack.close();
sink.stop();

async function report(hooks: number, perSecond: number): Promise<void> {
  const [size] = await sql<{ mb: number }>(
    stack.databaseUrl,
    'select (pg_database_size(current_database()) / 1048576)::int as mb',
  );
  const tables = await sql<{ name: string; live: number; dead: number; mb: number; vacuums: number }>(
    stack.databaseUrl,
    `select relname as name, n_live_tup::int as live, n_dead_tup::int as dead, autovacuum_count::int as vacuums,
       (pg_total_relation_size(relid) / 1048576)::int as mb
     from pg_stat_user_tables where n_live_tup + n_dead_tup > 1000 order by pg_total_relation_size(relid) desc limit 7`,
  );
  print(`${hooks} jobs through`, { jobsPerSecond: Math.round(perSecond), megabytes: size?.mb });
  for (const { name, live, dead, mb, vacuums } of tables)
    console.log(`    ${name.padEnd(18)} ${mb} MB, ${live} rows, ${dead} dead, vacuumed ${vacuums} times`);
}
