import { setTimeout as pause } from 'node:timers/promises';
import { loadStatistics } from './load-statistics.ts';
import { startStack } from './stack.ts';
import { startSink } from './start-sink.ts';
import { benchJob, openSubmitter, type Way, ways } from './submit.ts';
import { sql, throughput } from './throughput.ts';

/**
 * Prints what each statement costs a job in PostgreSQL: microseconds, calls and bytes of its log; and how many updates
 * stayed within their page. `node test/bench/statements.ts [jobs, 10,000]`.
 */
const jobs = Number(process.argv[2] ?? 10_000);

const sink = await startSink();
const stack = await startStack();
const submitter = openSubmitter(stack);
await loadStatistics(stack);
const measured = (way: Way) =>
  throughput({ sink, jobs, pids: {}, submit: () => submitter.submit(jobs, way, benchJob(sink.url)) });
await measured('in batches');
for (const way of Object.keys(ways) as Way[]) {
  await sql(stack.databaseUrl, 'select pg_stat_statements_reset(), pg_stat_reset()');
  const { jobsPerSecond } = await measured(way);
  // The tables' own counts arrive a moment later.
  await pause(2_000);
  console.log(`\n${way}, ${jobsPerSecond} jobs/s`);
  await printStatements();
  await printUpdates();
}
await submitter.close();
await stack.close();
sink.stop();

type Row = { us: number; calls: number; wal: number; text: string };

async function printStatements(): Promise<void> {
  const rows = await sql<Row>(
    stack.databaseUrl,
    `select total_exec_time * 1000 as us, calls::int, wal_bytes::float8 as wal, regexp_replace(query, '\\s+', ' ', 'g') as text
     from pg_stat_statements order by total_exec_time desc`,
  );
  const line = ({ us, calls, wal }: Omit<Row, 'text'>, text: string) =>
    [
      `${(us / jobs).toFixed(1)} µs`.padStart(10),
      `${((1_000 * calls) / jobs).toFixed(0)} calls a thousand jobs`.padStart(28),
      `${(wal / jobs / 1_024).toFixed(2)} kB of log`.padStart(17),
      ` ${text.slice(0, 90)}`,
    ].join('');
  for (const row of rows.slice(0, 25)) console.log(line(row, row.text));
  console.log(line(sum(rows), 'all'));
  console.log(line(sum(rows.filter(({ text }) => text.includes('pgboss'))), 'of the queue (pg-boss)'));
}

function sum(rows: Row[]): Omit<Row, 'text'> {
  const of = (pick: (row: Row) => number) => rows.reduce((total, row) => total + pick(row), 0);
  return { us: of(({ us }) => us), calls: of(({ calls }) => calls), wal: of(({ wal }) => wal) };
}

async function printUpdates(): Promise<void> {
  const rows = await sql<{ relname: string; updates: number; hot: number }>(
    stack.databaseUrl,
    `select relname, n_tup_upd::int as updates, n_tup_hot_upd::int as hot from pg_stat_user_tables
     where n_tup_upd > $1`.replace('$1', String(jobs / 10)),
  );
  for (const { relname, updates, hot } of rows)
    console.log(`  ${relname}: ${updates} updates, ${Math.round((100 * hot) / updates)} % within their page (HOT)`);
}
