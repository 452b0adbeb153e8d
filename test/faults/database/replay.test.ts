import pg from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Operation } from '#src/contract/job/operation.ts';
import { parseId } from '#src/domain/text/id.ts';
import { makeTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { type Receiver, startReceiver } from '#test/support/receiver.ts';
import { startTarget, type Target } from '#test/support/target-server.ts';
import { startUp, type UpProcess } from '#test/support/up.ts';

const count = 150;
const perSecond = 40;

let database: TestDatabase;
let up: UpProcess;
let target: Target;
let receiver: Receiver;
let client: pg.Client;
let holder: pg.Client;

beforeEach(async () => {
  database = await makeTestDatabase();
  [up, target, receiver] = await Promise.all([startUp({ DATABASE_URL: database.url }), startTarget(), startReceiver()]);
  client = new pg.Client({ connectionString: database.url });
  holder = new pg.Client({ connectionString: database.url });
  await Promise.all([client.connect(), holder.connect()]);
}, 120_000);
afterEach(async () => {
  await Promise.all([client.end(), holder.end()]);
  await up.stop();
  await Promise.all([target.close(), receiver.close()]);
  await database.drop();
}, 60_000);

async function call<T>(path: string, input: unknown): Promise<T> {
  const response = await fetch(`${up.url}/api/trpc/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${up.credentials.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(input),
  });
  return ((await response.json()) as { result: { data: T } }).result.data;
}

async function operation(id: string): Promise<Operation> {
  const headers = { authorization: `Bearer ${up.credentials.apiKey}` };
  return (await (await fetch(`${up.url}/v1/operations/${id}`, { headers })).json()) as Operation;
}

async function rows<T>(sql: string, values: unknown[] = []): Promise<T[]> {
  return (await client.query(sql, values)).rows as T[];
}

/** Failed deliveries of an endpoint that is well; answers their ids in order. */
async function failedDeliveries(endpointId: string): Promise<string[]> {
  receiver.answer(500);
  const jobs = Array.from({ length: count }, () => ({
    url: `${target.url}/json`,
    callback: { url: receiver.url, retry: { scheduleSeconds: [] } },
  }));
  await call('jobs.submitMany', { jobs });
  const failed = () => rows<{ id: string }>(`select id from delivery where state = 'failed' order by id`);
  await expect.poll(async () => (await failed()).length, { timeout: 30_000 }).toBe(count);
  await rows('update delivery set endpoint_id = $1::uuid, receiver = $1::uuid::text', [parseId('end', endpointId)]);
  receiver.received.length = 0;
  receiver.answer(204);
  return (await failed()).map((row) => row.id);
}

/** How often each event has come. */
function hits(): number[] {
  return [...Map.groupBy(receiver.received, (one) => one.headers['webhook-id']).values()].map((some) => some.length);
}

it('a worker killed in the middle of a step of a replay: every delivery is sent again exactly once', async () => {
  const input = { name: 'shop', url: receiver.url, events: ['job.completed'] };
  const endpoint = await call<{ id: string }>('endpoints.create', input);
  const ids = await failedDeliveries(endpoint.id);

  // Somebody holds a delivery in the middle: the step that comes to it stands still, its writes not yet committed.
  await holder.query('begin');
  await holder.query('select id from delivery where id = $1 for update', [ids[Math.floor(count / 2)]]);
  const { id } = await call<Operation>('deliveries.resendFailed', {
    endpoint: 'shop',
    since: '2020-01-01T00:00:00Z',
    perSecond,
  });
  const standing = () =>
    rows(`select 1 from pg_stat_activity where application_name = 'ringback worker' and datname = current_database()
          and wait_event_type = 'Lock' and query like '%for update%'`);
  await expect.poll(async () => (await standing()).length, { timeout: 20_000, interval: 10 }).toBe(1);
  const before = await operation(id);
  expect(before).toMatchObject({ state: 'running', total: count });
  expect(before.done).toBeLessThan(count);
  // What earlier steps have sent is settled, so that the kill repeats none of it.
  const delivered = () => rows(`select 1 from delivery where state = 'delivered'`);
  await expect.poll(async () => (await delivered()).length, { timeout: 20_000, interval: 10 }).toBe(before.done);

  const [worker] = await up.children('worker');
  process.kill(worker as number, 'SIGKILL');
  await holder.query('rollback');

  await expect.poll(async () => (await operation(id)).state, { timeout: 60_000 }).toBe('completed');
  expect(await operation(id)).toMatchObject({ total: count, done: count, failed: 0 });
  await expect.poll(async () => (await delivered()).length, { timeout: 20_000 }).toBe(count);
  expect(hits()).toEqual(Array(count).fill(1));
  const tries = await rows<{ n: number }>('select attempt_count as n from delivery');
  expect(tries.map((row) => row.n)).toEqual(Array(count).fill(2));
  expect(await up.children('worker')).not.toContain(worker);
}, 180_000);
