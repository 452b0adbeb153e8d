import { randomUUID } from 'node:crypto';
import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import { generateObject, generateText, jsonSchema, streamText } from 'ai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFetch, type RingbackFetch } from '#src/client/index.ts';
import { closedUrl } from '#test/support/free-port.ts';
import { type ModelProvider, startModelProvider } from '#test/support/model-provider.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';

let server: TestRingback;
let provider: ModelProvider;
let fetch: RingbackFetch;

beforeAll(async () => {
  [server, provider] = await Promise.all([startRingback(), startModelProvider()]);
  fetch = createFetch({ url: server.url, apiKey: server.credentials.apiKey });
});
afterAll(async () => {
  await server.close();
  await provider.close();
});

const schema = jsonSchema<{ city: string }>({
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
});
const anOpenAI = () => createOpenAI({ apiKey: 'sk-test', baseURL: `${provider.url}/v1`, fetch });
const models = {
  'OpenAI responses': () => anOpenAI().responses('gpt-4o'),
  'OpenAI chat': () => anOpenAI().chat('gpt-4o'),
  Anthropic: () => createAnthropic({ apiKey: 'sk-ant', baseURL: `${provider.url}/v1`, fetch })('claude-test'),
};

for (const [name, model] of Object.entries(models)) {
  describe(`the AI SDK with ${name} and a Ringback fetch`, () => {
    it('generates 200 texts at once, each of them once', async () => {
      const prompts = Array.from({ length: 200 }, (_, n) => `${n} of ${randomUUID()}`);
      const all = prompts.map((prompt) => generateText({ model: model(), prompt, maxRetries: 0 }));
      expect((await Promise.all(all)).map(({ text }) => text)).toEqual(prompts.map((text) => `answer to ${text}`));
      expect(prompts.map((text) => provider.hits(text))).toEqual(prompts.map(() => 1));
    });

    it('generates an object, and streams a text that came as a whole', async () => {
      const prompt = randomUUID();
      const { object } = await generateObject({ model: model(), schema, prompt, maxRetries: 0 });
      expect(object).toEqual({ city: 'Rome' });
      const streamed = `a stream of ${prompt}`;
      const parts: string[] = [];
      for await (const part of streamText({ model: model(), prompt: streamed, maxRetries: 0 }).textStream)
        parts.push(part);
      expect(parts.length).toBeGreaterThan(1);
      expect(parts.join('')).toBe(`answer to ${streamed}`);
      expect([provider.hits(prompt), provider.hits(streamed)]).toEqual([1, 1]);
    });

    it('says what the provider said', async () => {
      const prompt = `status=400 ${randomUUID()}`;
      const failed = generateText({ model: model(), prompt, maxRetries: 0 });
      await expect(failed).rejects.toMatchObject({ name: 'AI_APICallError', statusCode: 400, message: 'said 400' });
      expect(provider.hits(prompt)).toBe(1);
    });
  });
}

describe('the AI SDK without a response', () => {
  it('knows a failed connection as one, which it may repeat, and the refusal of a target as one it may not', async () => {
    const nobody = createOpenAI({ apiKey: 'sk-test', baseURL: 'http://127.0.0.1:1/v1', fetch });
    const unlucky = generateText({ model: nobody.chat('gpt-4o'), prompt: 'x', maxRetries: 0 });
    await expect(unlucky).rejects.toMatchObject({ code: 'blocked_target' });
    const away = createFetch({
      url: server.url,
      apiKey: server.credentials.apiKey,
      connectionError: { retry: { limit: 0 } },
    });
    const refused = createOpenAI({ apiKey: 'sk-test', baseURL: `${await closedUrl()}/v1`, fetch: away });
    const failed = generateText({ model: refused.chat('gpt-4o'), prompt: 'x', maxRetries: 0 });
    await expect(failed).rejects.toMatchObject({ name: 'AI_APICallError', isRetryable: true });
  });
});
