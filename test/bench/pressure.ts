import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { percentile, print } from './figures.ts';
import { loadStatistics } from './load-statistics.ts';
import { type Stack, startStack } from './stack.ts';
import { startSink } from './start-sink.ts';
import { benchJob, openSubmitter, type Submitter, ways } from './submit.ts';
import { sql, throughput } from './throughput.ts';

/**
 * Four kinds of pressure, as in the public benchmarks of queues on PostgreSQL: a transaction that stays idle, more jobs
 * than the machine can do, long readers, and bursts. Each is measured before, during and after, by the rate of callbacks
 * and the number of jobs that wait. A long one is shown minute by minute, with the statements that cost most.
 * `node test/bench/pressure.ts [seconds of pressure, 120] [kind]`.
 */
const seconds = Number(process.argv[2] ?? 120);
const calmSeconds = Math.min(60, Math.max(10, Math.round(seconds / 4)));
type Pressure = (stack: Stack, submitter: Submitter, full: number, stopped: () => boolean) => Promise<void>;
/** Share of the full rate that is submitted all the time. */
const baseShare = 0.4;

const sink = await startSink();
const kinds: Record<string, Pressure> = {
  'a transaction that stays idle': async (stack, _submitter, _full, stopped) => {
    const client = await connected(stack);
    // The embedded server ends a transaction that is idle for five minutes.
    await client.query('begin isolation level repeatable read; set local idle_in_transaction_session_timeout = 0');
    // The snapshot keeps all rows that die from now on, and the transaction id holds back the vacuum of all tables.
    await client.query('select pg_current_xact_id(), count(*) from job');
    while (!stopped()) await pause(100);
    await client.query('rollback');
    await client.end();
  },
  'more jobs than the machine can do': async (_stack, submitter, full, stopped) => {
    while (!stopped()) await evenly(submitter, full, 1, stopped);
  },
  'long readers': async (stack, _submitter, _full, stopped) => {
    const read = async () => {
      const client = await connected(stack);
      await client.query('begin isolation level repeatable read');
      while (!stopped()) {
        await client.query(
          'select count(*), max(length(url)), sum(attempt_count) from job join job_request q on q.job_id = job.id',
        );
        await pause(200);
      }
      await client.query('rollback');
      await client.end();
    };
    await Promise.all([read(), read()]);
  },
  bursts: async (_stack, submitter, full, stopped) => {
    while (!stopped()) {
      await submitter.submit(Math.ceil((full * 3) / 500) * 500, 'in batches', benchJob(sink.url));
      for (let waited = 0; waited < 10 && !stopped(); waited++) await pause(1_000);
    }
  },
};

for (const [name, press] of Object.entries(kinds)) {
  if (process.argv[3] && !name.includes(process.argv[3])) continue;
  const stack = await startStack();
  await loadStatistics(stack);
  const { submitter, submitted } = counted(openSubmitter(stack));
  const submit = () => submitter.submit(10_000, 'in batches', benchJob(sink.url));
  await throughput({ sink, jobs: 10_000, pids: {}, submit });
  const full = (await throughput({ sink, jobs: 10_000, pids: {}, submit })).jobsPerSecond;
  print(name, { fullJobsPerSecond: full });
  await sink.reset();
  const before = submitted();
  const sent = () => submitted() - before;
  let ended = false;
  const base = (async () => {
    while (!ended) await evenly(submitter, full * baseShare, 1, () => ended);
  })();
  await watch('before', stack, calmSeconds, sent);
  let stopped = false;
  const pressing = press(stack, submitter, full, () => stopped);
  await watch('under pressure', stack, seconds, sent);
  stopped = true;
  await pressing;
  const released = performance.now();
  await watch('after', stack, calmSeconds, sent);
  ended = true;
  await base;
  while ((await sink.counts()).unique < sent()) await pause(200);
  print('    all done', { secondsAfterThePressure: ((performance.now() - released) / 1_000).toFixed(0) });
  const again = (await throughput({ sink, jobs: 10_000, pids: {}, submit })).jobsPerSecond;
  print('    full rate afterwards', { fullJobsPerSecond: again, ratio: (again / full).toFixed(2) });
  await submitter.close();
  await stack.close();
}
sink.stop();

/** Prints what happened in a number of seconds: each minute of it, and all of it. */
async function watch(when: string, { databaseUrl }: Stack, length: number, waitingNow: () => number): Promise<void> {
  const rates: number[] = [];
  const waiting: number[] = [];
  await sql(databaseUrl, 'select pg_stat_statements_reset()');
  while (rates.length < length) {
    const { hooks } = await sink.counts();
    await pause(1_000);
    const now = await sink.counts();
    rates.push(now.hooks - hooks);
    waiting.push(waitingNow() - now.unique);
    if (rates.length % 60 === 0 && length > 60) {
      print(`    ${when}, minute ${rates.length / 60}`, {
        callbacksPerSecond: mean(rates.slice(-60)),
        waiting: waiting.at(-1) ?? 0,
        ...(await costliest(databaseUrl)),
      });
    }
  }
  const dead = await sql<{ name: string; dead: number }>(
    databaseUrl,
    `select relname as name, n_dead_tup::int as dead from pg_stat_user_tables order by n_dead_tup desc limit 3`,
  );
  print(`    ${when}, ${length} s`, {
    callbacksPerSecond: mean(rates),
    slowestTenth: percentile(rates, 0.1),
    waitingAtTheEnd: waiting.at(-1) ?? 0,
    mostWaiting: Math.max(...waiting),
    deadRows: dead.map(({ name, dead: rows }) => `${name} ${rows}`).join(' '),
  });
}

/** Returns the statements on which PostgreSQL spent most time since the last call, in milliseconds of each second. */
async function costliest(databaseUrl: string): Promise<Record<string, string>> {
  const rows = await sql<{ ms: number; mean: number; text: string }>(
    databaseUrl,
    `select total_exec_time / 60 as ms, mean_exec_time as mean, regexp_replace(query, '\\s+', ' ', 'g') as text
     from pg_stat_statements order by total_exec_time desc limit 8`,
  );
  await sql(databaseUrl, 'select pg_stat_statements_reset()');
  return Object.fromEntries(
    rows.map(({ ms, mean: each, text }) => [
      `\n      ${text.slice(0, 90)}`,
      `${ms.toFixed(1)} (${each.toFixed(1)} a call)`,
    ]),
  );
}

function mean(values: number[]): number {
  return Math.round(values.reduce((sum, value) => sum + value, 0) / values.length);
}

/** Submits single jobs at a steady rate for some seconds. */
async function evenly(
  { post }: Submitter,
  perSecond: number,
  forSeconds: number,
  stopped: () => boolean,
): Promise<void> {
  const started = performance.now();
  const answers: Promise<void>[] = [];
  for (;;) {
    const elapsed = (performance.now() - started) / 1_000;
    if (elapsed > forSeconds || stopped()) break;
    while (answers.length < elapsed * perSecond) answers.push(post('jobs.submit', benchJob(sink.url)));
    await pause(5);
  }
  await Promise.all(answers);
}

/** Counts the jobs that are submitted. To ask the database how many wait would cost it more and more. */
function counted(submitter: Submitter): { submitter: Submitter; submitted: () => number } {
  let jobs = 0;
  return {
    submitter: {
      ...submitter,
      async post(procedure, input) {
        await submitter.post(procedure, input);
        jobs += 1;
      },
      async submit(number, way, job) {
        await submitter.submit(number, way, job);
        jobs += Math.ceil(number / ways[way]) * ways[way];
      },
    },
    submitted: () => jobs,
  };
}

async function connected(stack: Stack): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: stack.databaseUrl });
  await client.connect();
  return client;
}
