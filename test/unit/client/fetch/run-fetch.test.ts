import { expect, it } from 'vitest';
import { createRingback, type RingbackRequestInit } from '#src/client/index.ts';
import { apiKey, completed, fakeFetch, isSubmission, submitted, url } from '#test/unit/client/fake-ringback.ts';

const target = 'https://api.test/';

/** A client, and the keys that its fetches have submitted. */
function aClient() {
  const { fetch, calls } = fakeFetch((call) => {
    return isSubmission(call) ? submitted(call) : Response.json(completed('{}', { status: 500 }));
  });
  const keys = () =>
    calls.filter((call) => isSubmission(call)).map((call) => (call.input as { idempotencyKey: string }).idempotencyKey);
  return { ringback: createRingback({ url, apiKey, fetch }), keys };
}

const post = (body: BodyInit, more: RingbackRequestInit = {}): RingbackRequestInit => ({
  method: 'POST',
  body,
  ...more,
});

async function* slowly(text: string) {
  await new Promise((resolve) => setTimeout(resolve, 50));
  yield new TextEncoder().encode(text);
}

it('numbers equal requests in the order of the calls, also when the first body takes longest', async () => {
  const { ringback, keys } = aClient();
  const { fetch } = ringback.run('a:b');
  const form = new FormData();
  form.set('a', 'b');
  await Promise.all([
    fetch(target, post(slowly('x') as unknown as BodyInit, { ringback: { labels: ['first'] } })),
    fetch(target, post('x', { headers: [] as [string, string][] })),
    fetch(target, post(new TextEncoder().encode('x'))),
    fetch(target, post(form)),
  ]);
  const [first, second, third, fourth] = keys();
  expect(first).toMatch(/^a%3Ab%fetch:[0-9a-f]{64}:0$/);
  expect(third).toBe(first?.replace(/0$/, '1'));
  expect(second).toMatch(/:0$/);
  expect(new Set([first, second, fourth].map((key) => key?.split(':')[1])).size).toBe(3);
});

it('has the same keys when the run starts over, with other secrets too, and others in another run', async () => {
  const { ringback, keys } = aClient();
  for (const [run, key] of [
    ['a', 'one'],
    ['a', 'two'],
    ['b', 'two'],
  ] as const) {
    const { fetch } = ringback.run(run);
    await fetch(target, { headers: { authorization: key } });
    await fetch(new Request(target), { headers: { authorization: key } });
  }
  const [one, again, ...rest] = keys();
  expect(again).toBe(one?.replace(/0$/, '1'));
  expect(rest.slice(0, 2)).toEqual([one, again]);
  expect(rest.slice(2)).toEqual([one, again].map((key) => key?.replace(/^a/, 'b')));
});

it('gives a call that an SDK repeats the key of the call before, and the next call the next number', async () => {
  const { ringback, keys } = aClient();
  const { fetch } = ringback.run('a');
  for (const count of ['0', '1', '0']) await fetch(target, { headers: { 'x-stainless-retry-count': count } });
  const [first, repeat, next] = keys();
  expect(repeat).toBe(first);
  expect(next).toBe(first?.replace(/0$/, '1'));
});

it('rejects a call that is wrong while it waits for its turn, and goes on with the next', async () => {
  const { ringback, keys } = aClient();
  const { fetch } = ringback.run('a');
  const first = fetch(target, post(slowly('x') as unknown as BodyInit));
  const wrong = fetch(target, { body: 'a GET with a body' });
  const next = fetch(target);
  await expect(wrong).rejects.toThrow(TypeError);
  await Promise.all([first, next]);
  expect(keys()).toHaveLength(2);
});

it('does not wait for a body without an end, once its call was aborted', async () => {
  const { ringback, keys } = aClient();
  const { fetch } = ringback.run('a');
  const [endless, behind] = [new AbortController(), new AbortController()];
  const stuck = fetch(target, post(new ReadableStream({}), { signal: endless.signal }));
  const waiting = fetch(target, { signal: behind.signal });
  const next = fetch(target);
  behind.abort(new Error('second'));
  await expect(waiting).rejects.toThrow('second');
  endless.abort(new Error('first'));
  await expect(stuck).rejects.toThrow('first');
  await next;
  expect(keys()).toEqual([expect.stringMatching(/:0$/)]);
});
