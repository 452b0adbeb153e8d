import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { LiveTopic } from '#src/contract/live/live-topics.ts';
import { formatId, parseId } from '#src/domain/text/id.ts';
import { readMarks } from '#src/server/live/marks.ts';
import { startGatedTarget } from '#test/support/gated-target.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { startTarget, type Target } from '#test/support/target-server.ts';

let ringback: TestRingback;
let target: Target;

beforeAll(async () => {
  [ringback, target] = await Promise.all([startRingback(), startTarget()]);
});
afterAll(() => Promise.all([ringback.close(), target.close()]));

type Told = { event: string; data: { id?: string; topic?: string; code?: string } };
type Stream = { status: number; next: (event: string, topic?: string) => Promise<Told>; ended: () => Promise<void> };

/** Reads a stream's events as they come; pings are passed over. */
async function open(topics: LiveTopic[], key: string = ringback.credentials.apiKey): Promise<Stream> {
  const gone = new AbortController();
  onTestFinished(() => gone.abort());
  const answer = await fetch(`${ringback.url}/api/live?topics=${topics.join(',')}`, {
    headers: { authorization: `Bearer ${key}` },
    signal: gone.signal,
  });
  const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
  const decoder = new TextDecoder();
  let text = '';
  const take = async (): Promise<Told | null> => {
    for (;;) {
      const end = text.indexOf('\n\n');
      if (end >= 0) {
        const lines = text.slice(0, end).split('\n');
        text = text.slice(end + 2);
        const field = (name: string) => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
        return { event: field('event') ?? '', data: JSON.parse(field('data') ?? '{}') };
      }
      const { done, value } = await reader.read();
      if (done) return null;
      text += decoder.decode(value, { stream: true });
    }
  };
  const next = async (event: string, topic?: string): Promise<Told> => {
    for (let told = await take(); told !== null; told = await take()) {
      if (told.event === event && (topic === undefined || told.data.topic === topic)) return told;
    }
    throw new Error(`the stream ended without ${event} ${topic ?? ''}`);
  };
  const ended = async () => {
    while ((await take()) !== null);
  };
  return { status: answer.status, next, ended };
}

async function change(id: string | undefined, topics: unknown, key = ringback.credentials.apiKey): Promise<number> {
  return (await ringback.rest('POST', `/api/live/${id}`, { key, json: { topics } })).status;
}

const submit = async (input: object) => (await ringback.call<{ id: string }>('jobs.submit', input)).body.result.data.id;

async function newKey(): Promise<{ id: string; key: string }> {
  const input = { name: 'live', scopes: ['jobs:read'] };
  const { body } = await ringback.call<{ key: { id: string }; secret: string }>('apiKeys.create', input);
  const { key, secret } = body.result.data;
  return { id: key.id, key: secret };
}

describe('GET /api/live', () => {
  it('says when something about the list, and about one job, has changed', async () => {
    // The job ends only when its first change was told: one look that sees all of it tells of one change.
    const gated = await startGatedTarget();
    onTestFinished(() => gated.close());
    const stream = await open(['jobs']);
    const { id } = (await stream.next('hello')).data;
    await stream.next('change', 'jobs');
    const job = await submit({ url: gated.url });
    await stream.next('change', 'jobs');
    expect(await change(id, [`job:${job}`])).toBe(204);
    await stream.next('change', `job:${job}`);
    gated.open();
    await stream.next('change', `job:${job}`);
    await expect
      .poll(
        async () =>
          (await ringback.call<{ state: string }>('jobs.get', { id: job }, { query: true })).body.result.data.state,
      )
      .toBe('completed');
  });

  it('shows a job to its own project alone, whoever else names it', async () => {
    const { credentials, db } = ringback;
    const job = await submit({ url: `${target.url}/json`, delaySeconds: 3_600 });
    const owner = parseId('prj', credentials.projectId) ?? '';
    const stranger = '00000000-0000-7000-8000-000000000001';
    for (const watching of [
      [owner, stranger],
      [stranger, owner],
    ]) {
      const markOf = await readMarks(
        db,
        watching.map((project) => [project, `job:${job}`]),
      );
      expect(markOf(owner, `job:${job}`)).toContain('scheduled');
      expect(markOf(stranger, `job:${job}`)).toBe('');
    }
  });

  it('says when deliveries and what is summed up have changed', async () => {
    const stream = await open(['deliveries', 'overview']);
    await stream.next('change', 'deliveries');
    await submit({
      url: `${target.url}/plan?key=told&statuses=200`,
      callback: `${target.url}/plan?key=cb&statuses=200`,
    });
    await stream.next('change', 'deliveries');
    await stream.next('change', 'overview');
  });

  it('refuses strangers, another project, topics that are none, and too many', async () => {
    const answer = await fetch(`${ringback.url}/api/live?topics=jobs`);
    expect(answer.status).toBe(401);
    await answer.text();
    const elsewhere = `project=${formatId('prj', '00000000-0000-7000-8000-000000000001')}`;
    expect((await ringback.rest('GET', `/api/live?topics=jobs&${elsewhere}`)).status).toBe(403);
    for (const topics of [['everything'], ['job:1'], Array.from({ length: 101 }, (_, n) => jobId(n))]) {
      expect((await open(topics as LiveTopic[])).status).toBe(400);
    }
  });

  it('lets only who opened a stream change it, and only by POST', async () => {
    const stream = await open(['jobs']);
    const { id } = (await stream.next('hello')).data;
    const { key } = await newKey();
    expect(await change(id, ['jobs'], key)).toBe(404);
    expect(await change('6f9619ff-8b86-4d01-b42d-00cf4fc964ff', ['jobs'])).toBe(404);
    expect(await change(id, 'jobs')).toBe(400);
    expect((await ringback.rest('GET', `/api/live/${id}`)).status).toBe(405);
  });

  it('has no more than twenty streams for one caller, and frees the place of one that has gone', async () => {
    const { key } = await newKey();
    const opened: AbortController[] = [];
    for (let n = 0; n < 20; n++) {
      const gone = new AbortController();
      const answer = await fetch(`${ringback.url}/api/live`, {
        headers: { authorization: `Bearer ${key}` },
        signal: gone.signal,
      });
      await answer.body?.getReader().read();
      opened.push(gone);
    }
    onTestFinished(() => {
      for (const gone of opened) gone.abort();
    });
    expect((await open(['jobs'], key)).status).toBe(429);
    opened[0]?.abort();
    await expect.poll(async () => (await open(['jobs'], key)).status).toBe(200);
  });

  it('ends when the key it was opened with is revoked', { timeout: 30_000 }, async () => {
    const { id, key } = await newKey();
    const stream = await open(['jobs'], key);
    await stream.next('hello');
    await ringback.call('apiKeys.revoke', { id });
    expect((await stream.next('end')).data.code).toBe('key_revoked');
    await stream.ended();
  });
});

describe('a stop of the web process', () => {
  it('ends the streams, so that browsers go to another one', async () => {
    const own = await startRingback({ worker: false });
    const answer = await fetch(`${own.url}/api/live?topics=jobs`, {
      headers: { authorization: `Bearer ${own.credentials.apiKey}` },
    });
    const text = answer.text();
    await own.close();
    expect(await text).toMatch(/^event: hello\n[\s\S]*retry: 1000\n\n$/);
  });
});

/** Ids that are written as they should be, of jobs that do not exist. */
function jobId(n: number): string {
  return `job:job_${String(n).padStart(26, '0')}`;
}
