import { randomUUID } from 'node:crypto';
import Anthropic from '@anthropic-ai/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFetch, type FetchOptions } from '#src/client/index.ts';
import { type ModelProvider, startModelProvider } from '#test/support/model-provider.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';

let server: TestRingback;
let provider: ModelProvider;

beforeAll(async () => {
  [server, provider] = await Promise.all([startRingback(), startModelProvider()]);
});
afterAll(async () => {
  await server.close();
  await provider.close();
});

function anthropic(options: FetchOptions = {}, more: object = {}): Anthropic {
  const fetch = createFetch({ url: server.url, apiKey: server.credentials.apiKey, ...options });
  return new Anthropic({ apiKey: 'sk-ant-test', baseURL: provider.url, fetch, ...more });
}
const ask = (text: string) => ({
  model: 'claude-test',
  max_tokens: 100,
  messages: [{ role: 'user' as const, content: text }],
});

describe('@anthropic-ai/sdk with a Ringback fetch', () => {
  it('makes 200 messages at once, each of them once', async () => {
    const client = anthropic();
    const prompts = Array.from({ length: 200 }, (_, n) => `${n} of ${randomUUID()}`);
    const answers = await Promise.all(prompts.map((text) => client.messages.create(ask(text))));
    expect(answers.map((one) => one.content[0])).toMatchObject(prompts.map((text) => ({ text: `answer to ${text}` })));
    expect(prompts.map((text) => provider.hits(text))).toEqual(prompts.map(() => 1));
  });

  it('keeps the API key out of what is shown', async () => {
    const text = randomUUID();
    await anthropic({ labels: [text] }).messages.create(ask(text));
    expect(provider.requests.find((one) => one.text === text)?.headers.authorization).toBe('Bearer sk-ant-test');
    const shown = await (await server.rest('GET', `/v1/jobs?label=${text}`)).json();
    const [{ id }] = (shown as { jobs: [{ id: string }] }).jobs;
    const job = await (await server.rest('GET', `/v1/jobs/${id}`)).json();
    expect(job).toMatchObject({ headers: { authorization: '********' } });
  });

  it('throws its own classes of errors, retried by the rules of Ringback alone', async () => {
    const client = anthropic({ retry: { '5xx': { limit: 1, minTimeoutInMs: 1, maxTimeoutInMs: 5 } } });
    for (const [status, kind, hits] of [
      [400, Anthropic.BadRequestError, 1],
      [404, Anthropic.NotFoundError, 1],
      [429, Anthropic.RateLimitError, 1],
      [529, Anthropic.InternalServerError, 2],
    ] as const) {
      const text = `status=${status} ${randomUUID()}`;
      const error: unknown = await client.messages.create(ask(text)).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(kind);
      expect(error).toMatchObject({ status, error: { error: { message: `said ${status}` } } });
      expect([status, provider.hits(text)]).toEqual([status, hits]);
    }
  });

  it('has the preset of Anthropic, pays once when the SDK repeats, and streams what came as a whole', async () => {
    const flaky = `first=529 ${randomUUID()}`;
    expect((await anthropic({}, { maxRetries: 0 }).messages.create(ask(flaky))).content).toMatchObject([
      { text: `answer to ${flaky}` },
    ]);
    expect(provider.hits(flaky)).toBe(2);
    const slow = `slow=2500 ${randomUUID()}`;
    await anthropic({}, { timeout: 1_000, maxRetries: 5 }).messages.create(ask(slow));
    expect(provider.hits(slow)).toBe(1);
    const text = `a stream of ${randomUUID()}`;
    expect(await anthropic().messages.stream(ask(text)).finalText()).toBe(`answer to ${text}`);
    expect(provider.hits(text)).toBe(1);
  });
});
