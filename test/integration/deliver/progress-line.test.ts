import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Endpoint } from '#src/contract/endpoint/endpoint.ts';
import type { SubmitManyResult } from '#src/contract/submit/batch.ts';
import { parseId } from '#src/domain/text/id.ts';
import { endpointCalls } from '#test/integration/endpoint/endpoint-calls.ts';
import { type Received, type Receiver, startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { startTarget, type Target } from '#test/support/target-server.ts';

let ringback: TestRingback;
let target: Target;
let receiver: Receiver;
let calls: ReturnType<typeof endpointCalls>;

beforeAll(async () => {
  [ringback, target, receiver] = await Promise.all([startRingback(), startTarget(), startReceiver()]);
  calls = endpointCalls(ringback);
});
afterEach(async () => {
  await ringback.db.pool.query('update endpoint set deleted_at = now()');
  receiver.received.length = 0;
  receiver.answer(204);
});
afterAll(async () => {
  await ringback.close();
  await Promise.all([target.close(), receiver.close()]);
});

const typeOf = (one: Received) => JSON.parse(one.body.toString()).type as string;
const ofType = (type: string) => receiver.received.filter((one) => typeOf(one) === type);

async function endpoint(input: object): Promise<Endpoint> {
  const made = await calls.make({ url: receiver.url, projectWide: true, events: ['job.*'], ...input });
  // The worker looks its endpoints up again after a second.
  await ringback.db.pool.query('select pg_sleep(1.1)');
  return made;
}

/** As an endpoint stands an hour into an outage, its next probe due in so many seconds. */
async function down({ id }: Endpoint, seconds: number): Promise<void> {
  await ringback.db.pool.query(
    `update endpoint set failing_since = now() - interval '1 hour', paused_until = now() + make_interval(secs => $2) where id = $1`,
    [parseId('end', id), seconds],
  );
}

async function submit(count: number): Promise<void> {
  const jobs = Array.from({ length: count }, (_, i) => ({ url: `${target.url}/json?i=${i}` }));
  const { body } = await ringback.call<SubmitManyResult>('jobs.submitMany', { jobs });
  expect(body.result.data.results.every((result) => result.ok)).toBe(true);
}

async function waiting(): Promise<Record<string, number>> {
  const { rows } = await ringback.db.pool.query<{ type: string; n: number }>(
    `select type, count(*)::int as n from delivery where state = 'pending' and admitted_at is null group by type`,
  );
  return Object.fromEntries(rows.map(({ type, n }) => [type, n]));
}

it('a receiver that is back and takes ends alone gets them at once, however many events of progress wait before them', async () => {
  receiver.answer((one) => (typeOf(one) === 'job.completed' ? 204 : 400));
  const made = await endpoint({ scheduleSeconds: ['1h'] });
  await down(made, 60);
  await submit(10);
  await expect.poll(waiting, { timeout: 20_000 }).toEqual({ 'job.started': 10, 'job.completed': 10 });
  // All wait now. The endpoint may be probed.
  await down(made, 0);
  const [probe] = await receiver.waitFor(1);
  expect(probe && typeOf(probe)).toBe('job.completed');
  await receiver.waitFor(() => ofType('job.completed').length === 10, 10_000);
  // What is left of the line goes after them.
  await receiver.waitFor(() => ofType('job.started').length === 10, 15_000);
}, 40_000);

it('an end is the probe although one of progress is out as such and not answered', async () => {
  receiver.answer((one) => (typeOf(one) === 'job.started' ? 'hang' : 204));
  await down(await endpoint({}), 1);
  const { body } = await ringback.call<{ id: string }>('jobs.submit', { url: `${target.url}/slow/4000` });
  await receiver.waitFor(1);
  expect(receiver.received.map(typeOf)).toEqual(['job.started']);
  await ringback.rest('GET', `/v1/jobs/${body.result.data.id}?wait=10`);
  await receiver.waitFor(2, 5_000);
  expect(receiver.received.map(typeOf)).toEqual(['job.started', 'job.completed']);
}, 40_000);

it('with a rate, those of progress that waited all go after the ends, and no faster than it', async () => {
  const made = await endpoint({ rate: 10 });
  await down(made, 6);
  await submit(25);
  await receiver.waitFor(50, 30_000);
  const times = (type: string) => ofType(type).map(({ at }) => at);
  expect(Math.max(...times('job.started'))).toBeGreaterThan(Math.max(...times('job.completed')));
  // By the rate, the 25 of progress take 2.6 s. The ramp after the outage, which has reached 16 a second by then, would
  // let them go within half of that, and without any limit they would go at once.
  expect(Math.max(...times('job.started')) - Math.min(...times('job.started'))).toBeGreaterThan(2_000);
}, 60_000);
