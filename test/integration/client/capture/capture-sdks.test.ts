import { randomUUID } from 'node:crypto';
import { createOpenAI } from '@ai-sdk/openai';
import Anthropic from '@anthropic-ai/sdk';
import { generateText, streamText } from 'ai';
import OpenAI from 'openai';
import OpenAI6 from 'openai-6';
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import type { CaptureFetch } from '#src/client/index.ts';
import { closedUrl } from '#test/support/free-port.ts';
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

const caught = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (error: unknown) => error,
  );

for (const [version, Client] of [
  ['7', OpenAI],
  ['6', OpenAI6 as unknown as typeof OpenAI],
] as const) {
  const openai = (fetch: CaptureFetch, more: object = {}) =>
    new Client({ apiKey: 'sk-test', baseURL: `${provider.url}/v1`, fetch, ...more });
  const ask = (input: string) => (f: CaptureFetch) => openai(f).responses.create({ model: 'gpt-4o', input });

  describe(`a captured call of openai ${version}`, () => {
    it('has its typed result in the callback route, after one request', async () => {
      const input = randomUUID();
      const response = await app.whole(ask(input));
      expectTypeOf(response.output_text).toEqualTypeOf<string>();
      expect([response.output_text, response._request_id]).toEqual([`answer to ${input}`, 'req_1']);
      expect(provider.hits(input)).toBe(1);
    });

    it('has the result of 50 calls at once, each after one request', async () => {
      const all = Array.from({ length: 50 }, () => randomUUID());
      const texts = (await Promise.all(all.map((input) => app.whole(ask(input))))).map((one) => one.output_text);
      expect(texts).toEqual(all.map((input) => `answer to ${input}`));
      expect(all.map((input) => provider.hits(input))).toEqual(all.map(() => 1));
    });

    it('fails with the class of the SDK, which does not repeat the request', async () => {
      for (const [status, name] of [
        [400, 'BadRequestError'],
        [401, 'AuthenticationError'],
        [429, 'RateLimitError'],
        [503, 'InternalServerError'],
      ] as const) {
        const input = `status=${status} ${randomUUID()}`;
        const error = await caught(app.whole(ask(input), { retry: 'none' }));
        expect([error?.constructor.name, (error as { code?: string }).code]).toEqual([name, 'scripted']);
        expect(error).toBeInstanceOf(Client.APIError);
        expect([status, provider.hits(input)]).toEqual([status, 1]);
      }
    });

    it('fails with a lost connection when there was no response', async () => {
      const baseURL = `${await closedUrl()}/v1`;
      const make = (f: CaptureFetch) =>
        openai(f, { baseURL, maxRetries: 0 }).responses.create({ model: 'm', input: 'x' });
      const error = await caught(app.whole(make, { connectionError: { retry: { limit: 0 } } }));
      expect(error).toBeInstanceOf(Client.APIConnectionError);
      expect(error).toMatchObject({ cause: { message: 'fetch failed', cause: { name: 'JobFailedError' } } });
    });

    it('makes an upload, speech and a stream', async () => {
      const before = provider.requests.length;
      const file = () => new File([Buffer.from([0, 1, 2, 255, 254, 13, 10, 45, 45])], 'a.bin');
      const upload = await app.whole((f) => openai(f).files.create({ file: file(), purpose: 'batch' }));
      expect([upload.id, provider.requests.length]).toEqual(['file_1', before + 1]);
      const speech = await app.whole((f) =>
        openai(f).audio.speech.create({ model: 'tts-1', voice: 'alloy', input: 'said' }),
      );
      const bytes = new Uint8Array(await speech.arrayBuffer());
      expect(bytes).toEqual(Uint8Array.from({ length: 512 }, (_, at) => at % 256));
      const input = randomUUID();
      const stream = await app.whole((f) => openai(f).responses.create({ model: 'gpt-4o', input, stream: true }));
      let said = '';
      for await (const event of stream) said += event.type === 'response.output_text.delta' ? event.delta : '';
      expect([said, provider.hits(input)]).toEqual([`answer to ${input}`, 1]);
    });
  });
}

describe('a captured call of @anthropic-ai/sdk', () => {
  const ask = (content: string) => (fetch: CaptureFetch) =>
    new Anthropic({ apiKey: 'sk-ant-test', baseURL: provider.url, fetch }).messages.create({
      ...{ model: 'claude-test', max_tokens: 100 },
      messages: [{ role: 'user', content }],
    });

  it('has its typed result, or its own class of error, after one request', async () => {
    const text = randomUUID();
    const message = await app.whole(ask(text));
    expectTypeOf(message).toExtend<Anthropic.Message>();
    expect(message.content).toMatchObject([{ text: `answer to ${text}` }]);
    const overloaded = `status=529 ${randomUUID()}`;
    const error = await caught(app.whole(ask(overloaded), { retry: 'none' }));
    expect(error).toBeInstanceOf(Anthropic.InternalServerError);
    expect([provider.hits(text), provider.hits(overloaded)]).toEqual([1, 1]);
  });
});

describe('a captured call of the AI SDK', () => {
  const model = (fetch: CaptureFetch) =>
    createOpenAI({ apiKey: 'sk-test', baseURL: `${provider.url}/v1`, fetch }).responses('gpt-4o');
  const ask = (prompt: string) => (f: CaptureFetch) => generateText({ model: model(f), prompt, maxRetries: 0 });

  it('has its result, or its own error, after one request', async () => {
    const prompt = randomUUID();
    expect((await app.whole(ask(prompt))).text).toBe(`answer to ${prompt}`);
    const streamed = `a stream of ${randomUUID()}`;
    // Without `onError` it writes the abort of the captured call to the console.
    const options = { prompt: streamed, maxRetries: 0, onError: () => {} };
    const text = await app.whole(async (f) => streamText({ model: model(f), ...options }).text);
    expect(text).toBe(`answer to ${streamed}`);
    const limited = `status=429 ${randomUUID()}`;
    const error = await caught(app.whole(ask(limited), { retry: 'none' }));
    expect(error).toMatchObject({ name: 'AI_APICallError', statusCode: 429, message: 'said 429' });
    expect([prompt, streamed, limited].map((one) => provider.hits(one))).toEqual([1, 1, 1]);
  });
});
