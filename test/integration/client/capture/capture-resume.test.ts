import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CaptureFetch } from '#src/client/index.ts';
import { type ModelProvider, startModelProvider } from '#test/support/model-provider.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { type CaptureApp, startCaptureApp } from './capture-route.ts';

let server: TestRingback;
let provider: ModelProvider;
let app: CaptureApp;

beforeAll(async () => {
  [server, provider] = await Promise.all([startRingback(), startModelProvider()]);
  app = await startCaptureApp(server);
});
afterAll(async () => {
  await app.close();
  await server.close();
  await provider.close();
});

const openai = (fetch: CaptureFetch) => new OpenAI({ apiKey: 'sk-test', baseURL: `${provider.url}/v1`, fetch });
const ask = (input: string) => (f: CaptureFetch) => openai(f).responses.create({ model: 'gpt-4o', input });

describe('a process that captures', () => {
  it('ends by itself at once, and another one resumes from the events alone', async () => {
    const label = randomUUID();
    const begun = performance.now();
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ['test/support/capture-script.ts'], {
      env: {
        ...process.env,
        ...{ RINGBACK_URL: server.url, RINGBACK_API_KEY: server.credentials.apiKey },
        ...{ TARGET: provider.url, CALLBACK: app.callback, LABEL: label },
      },
      timeout: 30_000,
    });
    expect(performance.now() - begun).toBeLessThan(30_000);
    expect([stderr, (JSON.parse(stdout) as string[]).length]).toEqual(['', 2]);
    const response = await app.resumed(`openai-${label}`, ask(`openai ${label}`));
    expect(response.value.output_text).toBe(`answer to openai ${label}`);
    const message = await app.resumed(`anthropic-${label}`, (fetch) =>
      new Anthropic({ apiKey: 'sk-ant', baseURL: provider.url, fetch }).messages.create({
        ...{ model: 'claude-test', max_tokens: 100 },
        messages: [{ role: 'user', content: `anthropic ${label}` }],
      }),
    );
    expect(message.value.content).toMatchObject([{ text: `answer to anthropic ${label}` }]);
    expect([provider.hits(`openai ${label}`), provider.hits(`anthropic ${label}`)]).toEqual([1, 1]);
  });
});

describe('the stored response', () => {
  it('is loaded by its link when the event leaves it out', async () => {
    const [label, input] = [randomUUID(), randomUUID() + 'ü'.repeat(200_000)];
    await app.ringback.capture(ask(input), { callback: app.callback, labels: [label] });
    const { value, event } = await app.resumed(label, ask(input));
    expect(event.data.result).toMatchObject({ omitted: true, body: null });
    expect(value.output_text).toBe(`answer to ${input}`);
    expect(provider.hits(input)).toBe(1);
  });

  it('is asked for when the event is thin, and comes with a job too', async () => {
    const [label, input] = [randomUUID(), randomUUID()];
    const callback = { url: app.callback, payload: 'thin' as const };
    const { id } = await app.ringback.capture(ask(input), { callback, labels: [label] });
    expect((await app.resumed(label, ask(input))).value.output_text).toBe(`answer to ${input}`);
    const job = await app.ringback.get(id);
    expect((await app.ringback.resume(job, ask(input))).output_text).toBe(`answer to ${input}`);
    expect(provider.hits(input)).toBe(1);
  });

  it('is in the event alone with resultTtlSeconds 0, and has expired elsewhere', async () => {
    const [label, input] = [randomUUID(), randomUUID()];
    const options = { callback: app.callback, labels: [label], resultTtlSeconds: 0 };
    const { id } = await app.ringback.capture(ask(input), options);
    expect((await app.resumed(label, ask(input))).value.output_text).toBe(`answer to ${input}`);
    const late = app.ringback.wait(id).then((job) => app.ringback.resume(job, ask(input)));
    await expect(late).rejects.toMatchObject({ name: 'RingbackError', code: 'result_expired' });
    expect(provider.hits(input)).toBe(1);
  });

  it('is that of a rerun with edits, whose callback is resumed likewise', async () => {
    const [label, input] = [randomUUID(), `first=400 ${randomUUID()}`];
    const { id } = await app.ringback.capture(ask(input), { labels: [label], metadata: { ticket: 7 } });
    expect(await app.ringback.wait(id)).toMatchObject({ state: 'failed', metadata: { ticket: 7 } });
    for (const edits of [{ callback: app.callback }, {}]) {
      const again = await app.ringback.rerun(id, edits);
      const ended = await app.ringback.wait(again.id);
      expect((await app.ringback.resume(ended, ask(input))).output_text).toBe(`answer to ${input}`);
    }
    expect((await app.resumed(label, ask(input))).value.output_text).toBe(`answer to ${input}`);
    expect(provider.hits(input)).toBe(3);
  });
});

describe('a mistake', () => {
  it('is named: another request, a second one, none', async () => {
    const [label, input] = [randomUUID(), randomUUID()];
    const { id } = await app.ringback.capture(ask(input), { callback: app.callback, labels: [label] });
    const { event } = await app.resumed(label, ask(input));
    const other = app.ringback.resume(event, ask('something else'));
    await expect(other).rejects.toMatchObject({ code: 'capture_mismatch', message: expect.stringContaining('body') });
    const two = app.ringback.resume(event, async (f) => [await ask(input)(f), await ask(input)(f)]);
    await expect(two).rejects.toMatchObject({ code: 'capture_second_request' });
    await expect(app.ringback.resume(event, async () => id)).rejects.toMatchObject({ code: 'capture_no_request' });
    expect(provider.hits(input)).toBe(1);
  });

  it('of a capture sends nothing', async () => {
    const input = randomUUID();
    const two = app.ringback.capture((f) => Promise.all([ask(input)(f), ask(input)(f)]));
    await expect(two).rejects.toMatchObject({ code: 'capture_second_request' });
    await expect(app.ringback.capture(async () => input)).rejects.toMatchObject({ code: 'capture_no_request' });
    const nowhere = app.ringback.capture((f) => f('http://169.254.169.254/'));
    await expect(nowhere).rejects.toMatchObject({ code: 'blocked_target' });
    expect(provider.hits(input)).toBe(0);
  });

  it('of an SDK that gives up and repeats makes one request', async () => {
    const [label, input] = [randomUUID(), randomUUID()];
    const hasty = (f: CaptureFetch) =>
      openai(f).responses.create({ model: 'gpt-4o', input }, { timeout: 1, maxRetries: 5 });
    await app.ringback.capture(hasty, { callback: app.callback, labels: [label] });
    expect((await app.resumed(label, ask(input))).value.output_text).toBe(`answer to ${input}`);
    const named = { callback: app.callback, labels: [label], idempotencyKey: `order ${label}`, metadata: { a: 1 } };
    const one = await app.ringback.capture(ask(`named ${input}`), named);
    const same = await app.ringback.capture(ask(`named ${input}`), named);
    expect([same.id, same.replayed, same.idempotencyKey]).toEqual([one.id, true, `order ${label}`]);
    const conflict = app.ringback.capture(ask(`other ${input}`), named);
    await expect(conflict).rejects.toMatchObject({ code: 'idempotency_conflict' });
    const ended = await app.ringback.wait(one.id);
    expect((await app.ringback.resume(ended, ask(`named ${input}`))).output_text).toBe(`answer to named ${input}`);
    expect([provider.hits(input), provider.hits(`named ${input}`)]).toEqual([1, 1]);
  });
});
