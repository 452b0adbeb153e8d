import { beforeEach, expect, it, vi } from 'vitest';
import { currentReach, fetchInTime, noteAnswer, noteSilence, subscribeReach } from '#src/ui/data/reach.ts';

beforeEach(() => noteAnswer(0));

it('a request without an answer means that Ringback is away, until one is answered', () => {
  const heard: boolean[] = [];
  const stop = subscribeReach(() => heard.push(currentReach().answers));
  noteAnswer(100);
  noteSilence(150);
  noteSilence(160);
  expect(currentReach()).toEqual({ answers: false, lastAnswerMs: 100 });
  noteAnswer(200);
  stop();
  noteSilence(300);
  expect(heard).toEqual([false, true]);
});

it('one slow request says nothing while others are answered', () => {
  noteAnswer(200);
  noteSilence(150);
  expect(currentReach().answers).toBe(true);
});

it('a server that takes a request and says nothing is away after the time-out, and one that refuses at once', async () => {
  vi.stubGlobal('fetch', (_: string, { signal }: { signal: AbortSignal }) => {
    const { promise, reject } = Promise.withResolvers<Response>();
    signal.addEventListener('abort', () => reject(signal.reason));
    return promise;
  });
  await expect(fetchInTime('/', {}, 5)).rejects.toMatchObject({ name: 'TimeoutError' });
  expect(currentReach().answers).toBe(false);
  noteAnswer(Date.now());
  const gone = new AbortController();
  const given = fetchInTime('/', { signal: gone.signal });
  gone.abort();
  await expect(given).rejects.toMatchObject({ name: 'AbortError' });
  expect(currentReach().answers, 'a request that the page gave up itself').toBe(true);
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
  await expect(fetchInTime('/')).rejects.toThrow();
  expect(currentReach().answers).toBe(false);
  vi.unstubAllGlobals();
});

it('one request that is lost says nothing while Ringback lives', async () => {
  const fetched = (url: string) =>
    url === '/healthz' ? Promise.resolve(new Response('')) : Promise.reject(new TypeError('Failed to fetch'));
  vi.stubGlobal('fetch', fetched);
  await expect(fetchInTime('/one')).rejects.toThrow();
  expect(currentReach().answers).toBe(true);
  vi.unstubAllGlobals();
});
