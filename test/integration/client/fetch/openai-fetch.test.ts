import { randomUUID } from 'node:crypto';
import OpenAI from 'openai';
import OpenAI6 from 'openai-6';
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

const fetchOf = (options: FetchOptions = {}) =>
  createFetch({ url: server.url, apiKey: server.credentials.apiKey, ...options });
const quick = { '5xx': { limit: 2, minTimeoutInMs: 1, maxTimeoutInMs: 5 } };
const ask = (text: string) => ({ model: 'gpt-4o', messages: [{ role: 'user' as const, content: text }] });

for (const [version, Client] of [
  ['7', OpenAI],
  ['6', OpenAI6 as unknown as typeof OpenAI],
] as const) {
  const openai = (options: FetchOptions = {}, more: object = {}) =>
    new Client({ apiKey: 'sk-test', baseURL: `${provider.url}/v1`, fetch: fetchOf(options), ...more });

  describe(`openai ${version} with a Ringback fetch`, () => {
    it('makes 200 chat completions at once, each of them once', async () => {
      const client = openai();
      const prompts = Array.from({ length: 200 }, (_, n) => `${n} of ${randomUUID()}`);
      const answers = await Promise.all(prompts.map((text) => client.chat.completions.create(ask(text))));
      expect(answers.map((one) => one.choices[0]?.message.content)).toEqual(prompts.map((text) => `answer to ${text}`));
      expect(prompts.map((text) => provider.hits(text))).toEqual(prompts.map(() => 1));
    });

    it('reads a compressed completion, and asks the provider for the same model twice when asked twice', async () => {
      const text = `gzip ${randomUUID()}`;
      const client = openai();
      const both = await Promise.all([
        client.chat.completions.create(ask(text)),
        client.chat.completions.create(ask(text)),
      ]);
      expect(both.map((one) => one.choices[0]?.message.content)).toEqual([`answer to ${text}`, `answer to ${text}`]);
      expect(provider.hits(text)).toBe(2);
    });

    it('makes a response, an embedding, speech and an upload', async () => {
      const client = openai();
      const text = randomUUID();
      const response = await client.responses.create({ model: 'gpt-4o', input: text });
      expect([response.output_text, response._request_id]).toEqual([`answer to ${text}`, 'req_1']);
      const embedded = await client.embeddings.create({ model: 'e', input: text });
      expect(embedded.data[0]?.embedding).toEqual([0.5, -0.25, 1]);
      const speech = await client.audio.speech.create({ model: 'tts-1', voice: 'alloy', input: text });
      const bytes = new Uint8Array(await speech.arrayBuffer());
      expect(bytes).toEqual(Uint8Array.from({ length: 512 }, (_, at) => at % 256));
      const before = provider.requests.length;
      const content = Buffer.from([0, 1, 2, 255, 254, 10, 13, 45, 45]);
      const file = await client.files.create({ file: new File([content], 'a.bin'), purpose: 'batch' });
      expect(file.id).toBe('file_1');
      const [upload] = provider.requests.slice(before);
      const type = upload?.headers['content-type'] ?? '';
      const form = await new Response(new Uint8Array(upload?.body ?? []), {
        headers: { 'content-type': type },
      }).formData();
      expect(form.get('purpose')).toBe('batch');
      expect(new Uint8Array(await (form.get('file') as File).arrayBuffer())).toEqual(new Uint8Array(content));
      expect(provider.requests).toHaveLength(before + 1);
    });

    it('throws its own classes of errors, after the retries of the rules and no others', async () => {
      const client = openai({ retry: quick });
      for (const [status, name, hits] of [
        [400, 'BadRequestError', 1],
        [401, 'AuthenticationError', 1],
        [404, 'NotFoundError', 1],
        [409, 'ConflictError', 1],
        [422, 'UnprocessableEntityError', 1],
        [429, 'RateLimitError', 1],
        [503, 'InternalServerError', 3],
      ] as const) {
        const text = `status=${status} ${randomUUID()}`;
        const error = await client.chat.completions.create(ask(text)).catch((thrown: Error) => thrown);
        expect([error.constructor.name, (error as { code?: string }).code]).toEqual([name, 'scripted']);
        expect([status, provider.hits(text)]).toEqual([status, hits]);
      }
    });

    it('recovers by the rules of Ringback, unseen by the SDK', async () => {
      const text = `first=500 ${randomUUID()}`;
      const answer = await openai({}, { maxRetries: 0 }).chat.completions.create(ask(text));
      expect(answer.choices[0]?.message.content).toBe(`answer to ${text}`);
      expect(provider.hits(text)).toBe(2);
    });

    it('pays once when the SDK gives up and repeats, also for two equal calls at once', async () => {
      const text = `slow=2500 ${randomUUID()}`;
      const client = openai({}, { timeout: 1_000, maxRetries: 5 });
      const both = await Promise.all([
        client.chat.completions.create(ask(text)),
        client.chat.completions.create(ask(text)),
      ]);
      expect(both.map((one) => one.choices[0]?.message.content)).toEqual([`answer to ${text}`, `answer to ${text}`]);
      expect(provider.hits(text)).toBe(2);
    });

    it('streams chat and responses from a stream that came as a whole', async () => {
      const client = openai();
      const text = `a stream of ${randomUUID()}`;
      let said = '';
      for await (const chunk of await client.chat.completions.create({ ...ask(text), stream: true })) {
        said += chunk.choices[0]?.delta?.content ?? '';
      }
      expect(said).toBe(`answer to ${text}`);
      const response = await client.responses.stream({ model: 'gpt-4o', input: text }).finalResponse();
      expect(response.output_text).toBe(`answer to ${text}`);
      expect(provider.hits(text)).toBe(2);
    });

    it('shares the limits of a flow among its calls', async () => {
      const key = randomUUID();
      const client = openai({ flow: { key, concurrency: 2 } });
      const calls = Array.from({ length: 6 }, (_, n) => client.chat.completions.create(ask(`${n} slow=800 ${key}`)));
      await expect
        .poll(async () => (await server.rest('GET', `/v1/flows/${key}`)).json())
        .toMatchObject({ key, concurrency: 2, running: 2 });
      await Promise.all(calls);
      expect(await (await server.rest('GET', `/v1/flows/${key}`)).json()).toMatchObject({ waiting: 0, running: 0 });
    });

    it('takes options for one call, and stops waiting when told to', async () => {
      const label = randomUUID();
      const client = openai({ labels: ['all'] });
      const init = { fetchOptions: { ringback: { labels: [label] } } as object };
      await client.chat.completions.create(ask(label), init);
      const { jobs } = (await (await server.rest('GET', `/v1/jobs?label=${label}`)).json()) as { jobs: object[] };
      expect(jobs).toMatchObject([{ state: 'completed', labels: [label] }]);
      const stop = new AbortController();
      const asked = client.chat.completions.create(ask(`slow=60000 ${label}`), { signal: stop.signal });
      setTimeout(() => stop.abort(), 300);
      await expect(asked).rejects.toThrow(Client.APIUserAbortError);
    });
  });
}
