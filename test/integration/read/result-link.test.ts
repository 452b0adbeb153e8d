import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Job } from '#src/contract/job/job.ts';
import { type Receiver, startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';

let ringback: TestRingback;
let receiver: Receiver;
let target: Receiver;
const page = `<script>alert(document.cookie)</script>${'x'.repeat(300_000)}`;

beforeAll(async () => {
  [ringback, receiver, target] = await Promise.all([startRingback(), startReceiver(), startReceiver()]);
});
beforeEach(() => {
  receiver.received.length = 0;
  target.answer({ status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body: page });
});
afterAll(async () => {
  await ringback.close();
  await Promise.all([receiver.close(), target.close()]);
});

/** A job's callback, and the job as it is answered to a key. */
async function rungBack(input: object = {}): Promise<{ told: Job; asked: Job }> {
  const submitted = await ringback.call<Job>('jobs.submit', { url: target.url, callback: receiver.url, ...input });
  const [hook] = await receiver.waitFor(1);
  const { id } = submitted.body.result.data;
  const asked = (await (await ringback.rest('GET', `/v1/jobs/${id}`)).json()) as Job;
  return { told: (JSON.parse(hook?.body.toString() ?? '') as { data: Job }).data, asked };
}

const codeOf = async (response: Response) => [response.status, ((await response.json()) as { code: string }).code];

it('what a callback leaves out is had by its link, without a key, byte for byte', async () => {
  const { told, asked } = await rungBack();
  expect(told.result).toMatchObject({ omitted: true, body: null, size: page.length });
  const response = await fetch(told.result?.url ?? '');
  expect(response.status).toBe(200);
  expect(await response.text()).toBe(page);
  expect(told.result?.url).toBe(asked.result?.url);
  expect({ ...told, result: null }).toEqual({ ...asked, result: null });
  const expires = Number(new URL(told.result?.url ?? '').searchParams.get('expires'));
  expect(expires).toBe(Math.ceil(Date.parse(told.result?.expiresAt ?? '') / 1000));
  expect(ringback.logged()).not.toContain(new URL(told.result?.url ?? '').searchParams.get('signature'));
});

it('a page that a target sent is saved and never shown, and its link is kept to itself', async () => {
  const { told } = await rungBack();
  const { headers } = await fetch(told.result?.url ?? '');
  expect(Object.fromEntries(headers)).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'content-disposition': 'attachment',
    'content-security-policy': "sandbox; default-src 'none'",
    'x-content-type-options': 'nosniff',
    'cache-control': 'private, no-store',
    'referrer-policy': 'no-referrer',
    'ringback-result-status': '200',
  });
});

it('a link that was changed is refused, and one to another job too', async () => {
  const one = (await rungBack()).told;
  receiver.received.length = 0;
  const two = (await rungBack()).told;
  const url = new URL(one.result?.url ?? '');
  const changed = (name: string, value: string) => {
    const copy = new URL(url);
    copy.searchParams.set(name, value);
    return fetch(copy);
  };
  const signature = url.searchParams.get('signature') ?? '';
  const refused = [403, 'invalid_link'];
  expect(
    await codeOf(
      await changed(
        'signature',
        signature.replace(/^./, (c) => (c === 'A' ? 'B' : 'A')),
      ),
    ),
  ).toEqual(refused);
  expect(await codeOf(await changed('expires', String(Number(url.searchParams.get('expires')) + 1)))).toEqual(refused);
  expect(await codeOf(await fetch(url.href.replace(one.id, two.id)))).toEqual(refused);
  expect(await codeOf(await fetch(url.href.replace(/&signature=.*/, '')))).toEqual(refused);
  expect(await codeOf(await fetch(url.href.replace(/\?.*/, '')))).toEqual([401, 'unauthorized']);
  expect(await codeOf(await fetch(url.href.replace('/result', '/attempts')))).toEqual([401, 'unauthorized']);
  const wrongKey = { headers: { authorization: `Bearer rbk_${'x'.repeat(40)}` } };
  expect(await codeOf(await fetch(url, wrongKey))).toEqual([401, 'unauthorized']);
  expect(ringback.logged()).not.toContain(signature);
});

it('a link is over when the result is', async () => {
  const { told } = await rungBack({ resultTtlSeconds: 1 });
  const url = told.result?.url ?? '';
  await expect.poll(async () => (await fetch(url)).status, { timeout: 5_000, interval: 100 }).toBe(410);
  expect(await codeOf(await fetch(url))).toEqual([410, 'result_expired']);
});

it('what was masked in a result is masked behind its link', async () => {
  const body = JSON.stringify({ token: 'hush-hush', rest: 'y'.repeat(300_000) });
  target.answer({ status: 200, headers: { 'content-type': 'application/json' }, body });
  const { told } = await rungBack({ redact: { response: ['/token'] } });
  const text = await (await fetch(told.result?.url ?? '')).text();
  expect(text).toContain('"token":"********"');
  expect(text).not.toContain('hush-hush');
});
