import { randomBytes, randomUUID } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startPostgres } from '#src/cli/postgres/embedded-postgres.ts';
import { readConfig, requireServerConfig } from '#src/config.ts';
import { makeCoolDowns } from '#src/engine/cool/cool-downs.ts';
import { claimFromLines } from '#src/engine/dispatch/claim-lines.ts';
import { makePaused } from '#src/engine/dispatch/paused.ts';
import { pace } from '#src/engine/pace.ts';
import { makeSettle } from '#src/engine/settle/settle-jobs.ts';
import { makeEngine } from '#src/engine/start/make-engine.ts';
import { makeLog } from '#src/log.ts';
import { migrate } from '#src/store/migrate/migrate.ts';

/**
 * Measures what a job of a flow costs: claiming it from its line, and settling it, in time and in pages of the database
 * that are read. Compares 10 keys with 1,000 waiting jobs each with 10,000 keys and a million waiting jobs, on one
 * server. Prints both, and their ratio. `node test/bench/flow-keys.ts [keys] [jobs]`.
 */
const many = { keys: Number(process.argv[2] ?? 10_000), jobs: Number(process.argv[3] ?? 1_000_000) };
const few = { keys: 10, jobs: 10_000 };
const concurrency = 10;
const measured = 4_000;
const warmUp = 500;

const dataDir = await mkdtemp(join(tmpdir(), 'ringback-flow-keys-'));
await chmod(dataDir, 0o755);
const log = makeLog({ logLevel: 'error', logFormat: 'json' });
const server = await startPostgres({ dataDir, port: 0, log });
const project = '00000000-0000-7000-8000-000000000001';
const worker = { id: '00000000-0000-7000-8000-00000000000f', name: 'bench' };
const timings = { dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null, bodyMs: null, totalMs: 1 };
const rest = { body: new Uint8Array(2), truncated: false, redirects: [], remoteAddress: null, timings };
const outcome = { kind: 'response' as const, status: 200, headers: [], ...rest };

async function engineOn(name: string) {
  const url = new URL(server.url);
  const admin = new pg.Client({ connectionString: server.url });
  await admin.connect();
  await admin.query(`create database ${name}`);
  await admin.end();
  url.pathname = `/${name}`;
  await migrate(url.href);
  return openEngine(url.href);
}

function openEngine(url: string) {
  const secret = randomBytes(32).toString('base64');
  const env = {
    DATABASE_URL: url,
    RINGBACK_DEV: 'true',
    RINGBACK_ENCRYPTION_KEYS: `b:${secret}`,
    RINGBACK_AUTH_SECRET: secret,
  };
  const config = requireServerConfig(readConfig({ ...env, PORT: '1', RINGBACK_DATA_DIR: dataDir }));
  return makeEngine(config, log, { process: 'worker', supervise: false, pace });
}

type Engine = Awaited<ReturnType<typeof openEngine>>;

async function closeEngine({ queue, db }: Engine): Promise<void> {
  await queue.stop();
  await db.close();
}

async function seed({ db }: Engine, { keys, jobs }: typeof few): Promise<void> {
  const options = {
    policy: 'default/2/repeatable',
    timeoutMs: 1_000,
    redirect: 'follow',
    sendIdempotencyKey: false,
    resultTtlSeconds: 0,
  };
  const more = {
    keepSecretsSeconds: null,
    deadlineSeconds: null,
    redact: { query: [], body: [], response: [] },
    hadBody: false,
  };
  await db.pool.query(`insert into project (id, name) values ('${project}', 'bench')`);
  await db.pool.query(
    `insert into line (id, project_id, kind, key, concurrency, wake_at)
     select md5('line ' || n)::uuid, '${project}', 'flow', 'key ' || n, ${concurrency}, now() from generate_series(0, ${keys - 1}) n`,
  );
  for (let from = 0; from < jobs; from += 100_000) {
    const upTo = Math.min(jobs, from + 100_000) - 1;
    await db.pool.query({
      text: `with seeded as (
        insert into job (id, project_id, state, wait_reason, method, url, host, labels, max_attempts, next_attempt_at, flow_id, line_id)
        select (lpad(to_hex((extract(epoch from now()) * 1000)::bigint), 12, '0') || '70008000' || lpad(to_hex(n), 12, '0'))::uuid,
          '${project}', 'queued', 'flow', 'GET', 'http://host.test/' || n, 'host.test', '{}', 25, now(), line, line
        from generate_series(${from}, ${upTo}) n, lateral (select md5('line ' || n % ${keys})::uuid as line) as l returning id)
        insert into job_request (job_id, headers, options) select id, '[]', $1 from seeded`,
      values: [JSON.stringify({ ...options, ...more, flow: 'key' })],
      // Seeding takes longer than a query of production may.
      query_timeout: 600_000,
    } as never);
  }
  for (const table of ['job', 'line', 'job_request'])
    await db.pool.query({ text: `vacuum (analyze) ${table}`, query_timeout: 600_000 } as never);
}

async function pagesRead({ db }: Engine): Promise<number> {
  await db.query('select pg_stat_force_next_flush()');
  await db.query('select pg_stat_clear_snapshot()');
  const text =
    'select (blks_hit + blks_read)::float8 as pages from pg_stat_database where datname = current_database()';
  return (await db.query<{ pages: number }>(text))[0]?.pages ?? 0;
}

async function measure(deps: Engine): Promise<{ ms: number; pages: number }> {
  const settle = makeSettle(deps, {
    worker,
    deliverySlots: { take: () => undefined },
    handOn: async () => undefined,
    wakeIn: () => undefined,
    wakeLines: () => undefined,
  });
  const room = { left: () => 1_000, crowded: () => [], opening: () => [], noneWaits: () => undefined };
  const rules = { room, coolDowns: makeCoolDowns(deps), paused: makePaused(deps), wakeIn: () => undefined };
  const claimer = { ...rules, claim: { claimId: randomUUID(), workerId: worker.id }, bytes: 1e9 };
  const make = async (count: number) => {
    for (let done = 0; done < count; ) {
      const { work } = await claimFromLines(deps, claimer, 100);
      done += work.length;
      const [startedAt, endedAt] = [new Date(), new Date()];
      await Promise.all(work.map((job) => settle.add({ job, outcome, startedAt, endedAt, worker: worker.name })));
    }
  };
  await make(warmUp);
  const [began, before] = [performance.now(), await pagesRead(deps)];
  await make(measured);
  const ms = (performance.now() - began) / measured;
  return { ms, pages: ((await pagesRead(deps)) - before) / measured };
}

const results: { ms: number; pages: number }[] = [];
const engines = [await engineOn('few'), await engineOn('many')] as const;
await seed(engines[0], few);
await seed(engines[1], many);
// Each in turn, twice, so that a busy moment of the machine hits both.
for (let round = 0; round < 2; round++) {
  for (const [index, engine] of engines.entries()) {
    const now = await measure(engine);
    const before = results[index];
    results[index] = before && before.ms < now.ms ? before : now;
  }
}
const [small, large] = results as [{ ms: number; pages: number }, { ms: number; pages: number }];
const line = (of: typeof few, { ms, pages }: typeof small) =>
  `${of.keys} keys, ${of.jobs} jobs: ${ms.toFixed(3)} ms and ${pages.toFixed(1)} pages a job`;
console.log(line(few, small));
console.log(line(many, large));
console.log(`ratio: ${(large.ms / small.ms).toFixed(2)} in time, ${(large.pages / small.pages).toFixed(2)} in pages`);
for (const engine of engines) await closeEngine(engine);
await server.stop();
await rm(dataDir, { recursive: true, force: true });
process.exit(0);
