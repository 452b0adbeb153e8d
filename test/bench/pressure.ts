import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { percentile, print } from './figures.ts';
import { type Stack, startStack } from './stack.ts';
import { startSink } from './start-sink.ts';
import { benchJob, openSubmitter, type Submitter } from './submit.ts';
import { sql, throughput } from './throughput.ts';

/**
 * Four kinds of pressure, as in the public benchmarks of queues on PostgreSQL: a transaction that stays idle, more jobs
 * than the machine can do, long readers, and bursts. Each is measured before, during and after, by the rate of callbacks
 * and the number of jobs that wait. `node test/bench/pressure.ts [seconds of pressure, 120] [kind]`.
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
  const submitter = openSubmitter(stack);
  const submit = () => submitter.submit(10_000, 'in batches', benchJob(sink.url));
  await throughput({ sink, jobs: 10_000, pids: {}, submit });
  const full = (await throughput({ sink, jobs: 10_000, pids: {}, submit })).jobsPerSecond;
  print(name, { fullJobsPerSecond: full });
  let ended = false;
  const base = (async () => {
    while (!ended) await evenly(submitter, full * baseShare, 1, () => ended);
  })();
  await watch('before', stack, calmSeconds);
  let stopped = false;
  const pressing = press(stack, submitter, full, () => stopped);
  await watch('under pressure', stack, seconds);
  stopped = true;
  await pressing;
  const released = performance.now();
  await watch('after', stack, calmSeconds);
  ended = true;
  await base;
  while ((await backlog(stack)) > 0) await pause(200);
  print('    all done', { secondsAfterThePressure: ((performance.now() - released) / 1_000).toFixed(0) });
  const again = (await throughput({ sink, jobs: 10_000, pids: {}, submit })).jobsPerSecond;
  print('    full rate afterwards', { fullJobsPerSecond: again, ratio: (again / full).toFixed(2) });
  await submitter.close();
  await stack.close();
}
sink.stop();

/** Prints what happened in a number of seconds, second by second summed up. */
async function watch(when: string, stack: Stack, length: number): Promise<void> {
  const rates: number[] = [];
  const waiting: number[] = [];
  for (let second = 0; second < length; second++) {
    const { hooks } = await sink.counts();
    await pause(1_000);
    rates.push((await sink.counts()).hooks - hooks);
    waiting.push(await backlog(stack));
  }
  const dead = await sql<{ name: string; dead: number }>(
    stack.databaseUrl,
    `select relname as name, n_dead_tup::int as dead from pg_stat_user_tables order by n_dead_tup desc limit 3`,
  );
  print(`    ${when}, ${length} s`, {
    callbacksPerSecond: Math.round(rates.reduce((sum, rate) => sum + rate, 0) / length),
    slowestTenth: percentile(rates, 0.1),
    waitingAtTheEnd: waiting.at(-1) ?? 0,
    mostWaiting: Math.max(...waiting),
    deadRows: dead.map(({ name, dead: rows }) => `${name} ${rows}`).join(' '),
  });
}

async function backlog(stack: Stack): Promise<number> {
  const [row] = await sql<{ count: number }>(
    stack.databaseUrl,
    `select count(*)::int as count from job where state in ('queued', 'in_progress', 'retrying')`,
  );
  return row?.count ?? 0;
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

async function connected(stack: Stack): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: stack.databaseUrl });
  await client.connect();
  return client;
}
