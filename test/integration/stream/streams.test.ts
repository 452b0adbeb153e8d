import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createRingback, type StreamedEvent } from '#src/client/index.ts';
import type { Job, SubmittedJob } from '#src/contract/job/job.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { readStream, type StreamReader } from '#test/support/stream-reader.ts';
import { type StreamTarget, startStreamTarget } from '#test/support/stream-target.ts';

let ringback: TestRingback;
let target: StreamTarget;
const readers: StreamReader[] = [];

beforeAll(async () => {
  [ringback, target] = await Promise.all([startRingback(), startStreamTarget()]);
});
afterEach(() => {
  for (const reader of readers.splice(0)) reader.leave();
});
afterAll(async () => {
  await ringback.close();
  await target.close();
});

const quick = { timeout: 15_000, interval: 20 };

/** Submits a job with a stream, and returns its id and the response that the test is to write. */
async function begin(more: object = {}) {
  const index = target.responses.length;
  const input = {
    url: target.url,
    method: 'POST',
    stream: true,
    connectionError: { retry: { minTimeoutInMs: 10, limit: 3 } },
    ...more,
  };
  const { status, body } = await ringback.call<SubmittedJob>('jobs.submit', input);
  expect([status, body.error]).toEqual([200, undefined]);
  const response = await target.response(index);
  return { id: body.result.data.id, response, next: () => target.response(index + 1) };
}

async function read(id: string, options: Parameters<typeof readStream>[2] = {}): Promise<StreamReader> {
  const reader = await readStream({ url: ringback.url, apiKey: ringback.credentials.apiKey }, id, options);
  readers.push(reader);
  return reader;
}

const get = async (id: string) => (await ringback.rest('GET', `/v1/jobs/${id}`)).json() as Promise<Job>;
const waited = async (id: string) => (await ringback.rest('GET', `/v1/jobs/${id}?wait=20`)).json() as Promise<Job>;
const dataOf = (reader: StreamReader) => reader.seen.map(({ data }) => data);
const idsOf = (reader: StreamReader) => reader.seen.map(({ id }) => Number(id));

describe('the events of a job with a stream', () => {
  it('reach readers while they come, and its result is their text', async () => {
    const { id, response } = await begin();
    const reader = await read(id);
    response.say('one');
    await expect.poll(() => dataOf(reader), quick).toEqual(['one']);
    expect((await get(id)).state).toBe('in_progress');
    response.write('data: two\r\ndata: lines\r\n\r\n: comment\r\n\r\n');
    await expect.poll(() => dataOf(reader), quick).toEqual(['one', 'two\nlines']);
    response.write('event: last\ndata: grö');
    response.write('ßer\n\n');
    response.end();
    await reader.ended;
    expect(reader.seen).toEqual([
      { id: '0', type: 'said', data: 'one' },
      { id: '1', type: 'message', data: 'two\nlines' },
      { id: '2', type: 'last', data: 'größer' },
      { id: undefined, type: 'ringback.end', data: '{"state":"completed"}' },
    ]);
    const job = await get(id);
    const text = 'event: said\ndata: one\n\ndata: two\ndata: lines\n\nevent: last\ndata: größer\n\n';
    expect(job).toMatchObject({
      state: 'completed',
      result: { status: 200, body: text, size: Buffer.byteLength(text) },
    });
    expect(await (await ringback.rest('GET', `/v1/jobs/${id}/result`)).text()).toBe(text);
    const { rows } = await ringback.db.pool.query(
      'select octet_length(body) as stored from result where stream_bytes > 0',
    );
    expect(rows[0]).toEqual({ stored: 0 });
    const late = await read(id);
    await late.ended;
    expect(late.seen).toEqual(reader.seen);
  });

  it('are read on after a number, given by the query or by the header', async () => {
    const { id, response } = await begin();
    response.say('0', '1', '2', '3');
    response.end();
    await waited(id);
    const [byQuery, byHeader] = [
      await read(id, { after: 1 }),
      await read(id, { after: 0, headers: { 'last-event-id': '2' } }),
    ];
    await Promise.all([byQuery.ended, byHeader.ended]);
    expect(dataOf(byQuery).slice(0, -1)).toEqual(['2', '3']);
    expect(dataOf(byHeader).slice(0, -1)).toEqual(['3']);
  });

  it('that are called like marks of Ringback come under another name, and the client knows their own', async () => {
    const { id, response } = await begin();
    const names = ['ringback.restart', 'ringback.end', 'target.ringback.end', 'target.other', 'ringbacks'];
    const text = names.map((name, index) => `event: ${name}\ndata: ${index}\n\n`).join('');
    response.write(text);
    response.end();
    await waited(id);
    const reader = await read(id);
    await reader.ended;
    expect(reader.seen.map(({ type }) => type)).toEqual([
      ...['target.ringback.restart', 'target.ringback.end', 'target.target.ringback.end', 'target.other', 'ringbacks'],
      'ringback.end',
    ]);
    const client = createRingback({ url: ringback.url, apiKey: ringback.credentials.apiKey });
    const events: StreamedEvent[] = [];
    for await (const event of client.events(id)) events.push(event);
    expect(events).toEqual(names.map((name, seq) => ({ seq, name, data: String(seq), restart: false })));
    expect((await get(id)).result?.body).toBe(text);
  });

  it('of an attempt that broke give way to those of the next: readers hear of the restart, later ones see only the last', async () => {
    const { id, response, next } = await begin();
    const reader = await read(id);
    response.say('lost', 'gone');
    await expect.poll(() => dataOf(reader), quick).toEqual(['lost', 'gone']);
    response.cut();
    const again = await next();
    again.say('new');
    await expect.poll(() => dataOf(reader), quick).toEqual(['lost', 'gone', '{"attempt":2}', 'new']);
    again.end();
    await reader.ended;
    expect(reader.seen.slice(2, 4)).toEqual([
      { id: '2', type: 'ringback.restart', data: '{"attempt":2}' },
      { id: '3', type: 'said', data: 'new' },
    ]);
    const [fresh, behind] = [await read(id), await read(id, { after: 0 })];
    await Promise.all([fresh.ended, behind.ended]);
    expect(idsOf(fresh).slice(0, -1)).toEqual([3]);
    expect(idsOf(behind).slice(0, -1)).toEqual([2, 3]);
    expect((await get(id)).result?.body).toBe('event: said\ndata: new\n\n');
  });

  it('a response that is no event stream, or is not accepted, is handled as any other', async () => {
    target.instead.push((response) =>
      response.writeHead(429, { 'content-type': 'application/json' }).end('{"slow":1}'),
    );
    target.instead.push((response) =>
      response.writeHead(500, { 'content-type': 'text/event-stream' }).end('data: x\n\n'),
    );
    const { id, response } = await begin({ retry: { '429': { minTimeoutInMs: 10 }, '5xx': { minTimeoutInMs: 10 } } });
    response.say('at last');
    response.end();
    expect(await waited(id)).toMatchObject({ state: 'completed', attempts: 3 });
    const reader = await read(id);
    await reader.ended;
    expect(idsOf(reader)[0]).toBe(0);
    target.instead.push((answer) => answer.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}'));
    const { body } = await ringback.call<SubmittedJob>('jobs.submit', { url: target.url, stream: true });
    expect((await waited(body.result.data.id)).result?.body).toBe('{"ok":true}');
    const none = await read(body.result.data.id);
    await none.ended;
    expect(none.seen).toMatchObject([{ type: 'ringback.end' }]);
  });

  it('end at once when the job is cancelled, and those that came stay', async () => {
    const { id, response } = await begin();
    const reader = await read(id);
    response.say('one');
    await expect.poll(() => dataOf(reader), quick).toEqual(['one']);
    await ringback.rest('POST', `/v1/jobs/${id}/cancel`);
    await reader.ended;
    expect(reader.seen.at(-1)).toEqual({ id: undefined, type: 'ringback.end', data: '{"state":"cancelled"}' });
    await expect.poll(() => response.closed, quick).toBe(true);
    const late = await read(id);
    await late.ended;
    expect(dataOf(late)).toEqual(['one', '{"state":"cancelled"}']);
  });

  it('hold U+0000 and bytes that are not UTF-8 as U+FFFD', async () => {
    const { id, response } = await begin();
    response.write(Buffer.from([...Buffer.from('event: a\u0000b\ndata: c\u0000d'), 0xff, 0x0a, 0x0a]));
    response.end();
    expect((await waited(id)).result?.body).toBe('event: a\uFFFDb\ndata: c\uFFFDd\uFFFD\n\n');
  });

  it('readers hear signs of life while nothing comes', async () => {
    const { id, response } = await begin();
    const reader = await read(id);
    await expect.poll(() => reader.beats, quick).toBeGreaterThan(1);
    response.end();
    await reader.ended;
    expect(reader.seen).toMatchObject([{ type: 'ringback.end' }]);
  });
});

describe('a stream is refused', () => {
  it('with pointers to be masked in the response', async () => {
    const { status, body } = await ringback.call('jobs.submit', {
      url: target.url,
      stream: true,
      redact: { response: ['/secret'] },
    });
    expect([status, body.error.data.code, body.error.data.field]).toEqual([400, 'conflicting_fields', 'stream']);
  });

  it('to readers of a job without one, of another project, and with a wrong number', async () => {
    const { body } = await ringback.call<SubmittedJob>('jobs.submit', { url: target.url, delaySeconds: 3_600 });
    const path = `/v1/jobs/${body.result.data.id}/events`;
    expect(await (await ringback.rest('GET', path)).json()).toMatchObject({ code: 'no_events' });
    expect((await ringback.rest('GET', `${path}?starting_after=x`)).status).toBe(400);
    expect((await ringback.rest('GET', '/v1/jobs/job_00000000000000000000000000/events')).status).toBe(404);
  });
});
