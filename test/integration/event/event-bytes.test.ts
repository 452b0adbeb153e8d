import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { SubmitManyResult } from '#src/contract/submit/batch.ts';
import { deliveryLimits } from '#src/domain/limits.ts';
import { parseId } from '#src/domain/text/id.ts';
import { eventBytes, type JobEventType } from '#src/engine/event/job-event.ts';
import { loadJobsForEvents } from '#src/store/job/read-jobs.ts';
import { makeCipher } from '#src/store/seal/cipher.ts';
import { closedUrl } from '#test/support/free-port.ts';
import { type Receiver, startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { startTarget, type Target } from '#test/support/target-server.ts';

let ringback: TestRingback;
let target: Target;
let receiver: Receiver;
/** Where nobody listens. */
let nowhere: string;

beforeAll(async () => {
  [ringback, target, receiver] = await Promise.all([startRingback(), startTarget(), startReceiver()]);
  nowhere = await closedUrl();
});
afterAll(async () => {
  await ringback.close();
  await Promise.all([target.close(), receiver.close()]);
});

/** Text that JSON, PostgreSQL and JavaScript might each write differently. */
const text = fc.string({ unit: 'grapheme', maxLength: 20 }).map((s) => s.replaceAll('\u0000', '').toWellFormed());
const key = fc.oneof(fc.constantFrom('2', '10', '1', 'a', 'ü', '__proto__', 'constructor', ' ', '"', '\\'), text);
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 3 },
    text,
    fc.boolean(),
    fc.constant(null),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.maxSafeInteger(),
    fc.constantFrom(-0, 1e21, 1e-7, 0.1 + 0.2, 2 ** 53),
    fc.array(tie('any'), { maxLength: 4 }),
    fc.dictionary(key, tie('any'), { maxKeys: 5 }),
  ),
})).any;

const path = fc.constantFrom(
  '/json',
  '/bytes/300',
  '/bytes/0',
  '/status/204',
  '/status/404',
  '/status/500',
  '/echo?a=%22%5C%C3%BC',
  '/bytes/300000',
  '/redirect/?url=/json',
  '/reset',
);

const job = fc.record({
  path,
  metadata: value,
  labels: fc.uniqueArray(
    text.filter((s) => s.length > 0),
    { maxLength: 3 },
  ),
  headers: fc.constantFrom({}, { 'x-plain': 'seen', authorization: 'Bearer hush' }),
  resultTtlSeconds: fc.constantFrom(0, 600, 86_400),
  payload: fc.constantFrom('full', 'thin'),
  redact: fc.constantFrom({}, { query: ['a'], response: ['/text'] }),
  cancelled: fc.boolean(),
  fails: fc.boolean(),
});

it('an event made from the rows read back has the very bytes of the first attempt, whatever the job', async () => {
  const samples = fc.sample(job, { numRuns: 150, seed: 20_261_120 });
  const jobs = samples.map(({ path, cancelled, fails, payload, ...fields }, i) => ({
    url: `${fails ? nowhere : target.url}${path}`,
    ...fields,
    idempotencyKey: `bytes-${i}`,
    retry: 'none',
    connectionError: { retry: { limit: 0 } },
    ...(cancelled ? { delaySeconds: 3_600 } : {}),
    callback: { url: `${receiver.url}/${i}`, payload },
  }));
  const { body } = await ringback.call<SubmitManyResult>('jobs.submitMany', { jobs });
  const { results } = body.result.data;
  expect(results.filter((result) => !result.ok)).toEqual([]);
  const ids = results.map((result) => (result.ok ? (parseId('job', result.job.id) ?? '') : ''));
  for (const [i, result] of results.entries())
    if (samples[i]?.cancelled && result.ok) await ringback.call('jobs.cancel', { id: result.job.id });
  await receiver.waitFor(jobs.length, 30_000);

  const rows = new Map(
    (await loadJobsForEvents(ringback.db, ids, deliveryLimits.linkedBodyBytes)).map((row) => [row.id, row]),
  );
  // What an event leaves out is not even loaded.
  const sizes = [...rows.values()].map((row) => row.result_body?.byteLength ?? 0);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(deliveryLimits.linkedBodyBytes);
  expect([...rows.values()].some((row) => row.result_size === 300_000)).toBe(true);
  const states = new Set<string>();
  let compared = 0;
  const deps = { publicUrl: ringback.config.url, cipher: makeCipher([...ringback.config.encryptionKeys]) };
  for (const { path, body } of receiver.received) {
    const index = Number(path.slice(1));
    const row = rows.get(ids[index] ?? '');
    if (!row) throw new Error(`no job for ${path}`);
    // What is kept for no time is not there to be read back: its bytes are stored with the delivery.
    if (row.options.resultTtlSeconds === 0 && row.result_expires_at !== null) continue;
    const type = `job.${row.state}` as JobEventType;
    const payload = samples[index]?.payload as 'full' | 'thin';
    expect(eventBytes(row, type, payload, deps).toString()).toBe(body.toString());
    states.add(row.state);
    compared += 1;
  }
  expect(states).toEqual(new Set(['completed', 'failed', 'cancelled']));
  expect(compared).toBeGreaterThan(80);
}, 90_000);

it('the event of a result that is kept nowhere has it, and keeps its bytes until it is delivered', async () => {
  receiver.received.length = 0;
  receiver.answer((_one, index) => (index === 0 ? 500 : 204));
  await ringback.call('jobs.submit', {
    url: `${target.url}/bytes/500`,
    resultTtlSeconds: 0,
    callback: { url: receiver.url, retry: { scheduleSeconds: [0] } },
  });
  const [first, second] = await receiver.waitFor(2);
  expect(second?.body.toString()).toBe(first?.body.toString());
  expect(JSON.parse(first?.body.toString() ?? '').data.result).toMatchObject({ status: 200, size: 500 });
  await expect.poll(async () => (await ringback.db.pool.query('select 1 from delivery_payload')).rowCount).toBe(0);
  receiver.answer(204);
});
