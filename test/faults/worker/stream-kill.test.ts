import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createRingback, type Ringback, type StreamedEvent } from '#src/client/index.ts';
import { type StreamTarget, startStreamTarget } from '#test/support/stream-target.ts';
import { startUp, type UpProcess } from '#test/support/up.ts';

let up: UpProcess;
let target: StreamTarget;
let ringback: Ringback;

beforeAll(async () => {
  [up, target] = await Promise.all([startUp(), startStreamTarget()]);
  ringback = createRingback({ url: up.url, apiKey: up.credentials.apiKey });
}, 120_000);
afterAll(async () => {
  await up.stop();
  await target.close();
}, 60_000);

/** A reader that collects what `ringback.events` yields. */
function follow(id: string) {
  const seen: StreamedEvent[] = [];
  const ended = (async () => {
    for await (const event of ringback.events(id)) seen.push(event);
  })();
  return { seen, ended };
}

/** Says numbers until it is told to stop. A pause between them lets them come in many batches. */
function count(response: { say(...data: string[]): void; end(): void }) {
  let on = true;
  let next = 0;
  const counting = (async () => {
    while (on) {
      response.say(String(next++));
      await pause(10);
    }
  })();
  return {
    async stop() {
      on = false;
      await counting;
      response.end();
      return next;
    },
  };
}

const upTo = (n: number) => Array.from({ length: n }, (_, index) => String(index));
const wait = { timeout: 60_000, interval: 50 };

/** Every reader has all numbers once and in order, in the events after the last restart. */
function expectWhole(seen: StreamedEvent[], n: number): void {
  const last = seen.findLastIndex(({ restart }) => restart);
  expect(seen.slice(last + 1).map(({ data }) => data)).toEqual(upTo(n));
  const seqs = seen.map(({ seq }) => seq);
  expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b));
}

async function begin() {
  const index = target.responses.length;
  const { id } = await ringback.submit({ url: target.url, method: 'POST', stream: true });
  const response = await target.response(index);
  const readers = [follow(id), follow(id)];
  return { id, index, response, readers };
}

const haveSome = (readers: { seen: StreamedEvent[] }[], n: number) => () =>
  readers.every(({ seen }) => seen.length >= n);

it('the worker is killed while a stream comes: the attempt is made again, and readers hear of it', async () => {
  const { id, index, response, readers } = await begin();
  const first = count(response);
  await expect.poll(haveSome(readers, 20), wait).toBe(true);
  const [worker] = await up.children('worker');
  process.kill(worker as number, 'SIGKILL');
  const again = await target.response(index + 1);
  await first.stop();
  const second = count(again);
  await expect.poll(() => readers.every(({ seen }) => seen.some(({ restart }) => restart)), wait).toBe(true);
  await pause(200);
  const n = await second.stop();
  await Promise.all(readers.map(({ ended }) => ended));
  for (const { seen } of readers) {
    expectWhole(seen, n);
    expect(seen.filter(({ restart }) => restart)).toHaveLength(1);
  }
  const late = follow(id);
  await late.ended;
  expect(late.seen.map(({ data }) => data)).toEqual(upTo(n));
  expect(await ringback.wait(id)).toMatchObject({ state: 'completed', attempts: 2 });
}, 120_000);

it('PostgreSQL is killed while a stream comes: nothing is asked again, and readers miss nothing', async () => {
  const { id, response, readers } = await begin();
  const counting = count(response);
  await expect.poll(haveSome(readers, 20), wait).toBe(true);
  process.kill(await up.postmaster(), 'SIGKILL');
  await pause(500);
  const before = readers.map(({ seen }) => seen.length);
  await expect.poll(() => readers.every(({ seen }, index) => seen.length > (before[index] ?? 0) + 20), wait).toBe(true);
  const n = await counting.stop();
  await Promise.all(readers.map(({ ended }) => ended));
  for (const { seen } of readers) expectWhole(seen, n);
  expect(await ringback.wait(id)).toMatchObject({ state: 'completed', attempts: 1 });
}, 120_000);

it('the web process is killed while readers read: they go on where they were', async () => {
  const { id, response, readers } = await begin();
  const counting = count(response);
  await expect.poll(haveSome(readers, 20), wait).toBe(true);
  const [web] = await up.children('web');
  process.kill(web as number, 'SIGKILL');
  const before = readers.map(({ seen }) => seen.length);
  await expect.poll(() => readers.every(({ seen }, index) => seen.length > (before[index] ?? 0) + 20), wait).toBe(true);
  const n = await counting.stop();
  await Promise.all(readers.map(({ ended }) => ended));
  for (const { seen } of readers) expectWhole(seen, n);
  expect(await ringback.wait(id)).toMatchObject({ state: 'completed', attempts: 1 });
}, 120_000);
