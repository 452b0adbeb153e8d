import { afterAll, beforeAll, expect, it } from 'vitest';
import { createRingback } from '#src/client/index.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { startTarget, type Target } from '#test/support/target-server.ts';

let ringback: TestRingback;
let target: Target;

beforeAll(async () => {
  [ringback, target] = await Promise.all([startRingback(), startTarget()]);
});
afterAll(() => Promise.all([ringback.close(), target.close()]));

it('a job that is run again with another timeout keeps the rest of its policy', async () => {
  const client = createRingback({ url: ringback.url, apiKey: ringback.credentials.apiKey });
  const policyOf = async (id: string) => (await client.attempts(id)).policy;
  const job = await client.submit({
    url: `${target.url}/json`,
    method: 'POST',
    retry: { '418': { limit: 2 } },
    connectionError: { retry: { limit: 7 } },
    accept: '2xx,404',
    maxAttempts: 3,
    onInterrupted: 'fail',
  });
  const before = await policyOf(job.id);
  expect(before).toMatchObject({ maxAttempts: 3, repeatable: false, timeout: { maybeSent: null } });
  await client.wait(job.id);
  const again = await client.rerun(job.id, { timeout: { durationInMs: '5m' } });
  expect(await policyOf(again.id)).toEqual(before);

  // A GET is safe to repeat, also after a failure that may have come behind the request.
  await client.wait(again.id);
  const read = await client.rerun(again.id, { method: 'GET', maxAttempts: 4 });
  expect(await policyOf(read.id)).toEqual({
    ...before,
    ...{
      maxAttempts: 4,
      repeatable: true,
      timeout: { ...before.timeout, maybeSent: expect.objectContaining({ limit: 3 }) },
    },
  });
});
