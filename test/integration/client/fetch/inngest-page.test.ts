import { randomUUID } from 'node:crypto';
import { createAnthropic } from '@ai-sdk/anthropic';
import { generateText } from 'ai';
import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createRingback, fetch as inngestFetch, type RunIo } from '#src/client/index.ts';
import { type ModelProvider, startModelProvider } from '#test/support/model-provider.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';

let server: TestRingback;
let provider: ModelProvider;

beforeAll(async () => {
  [server, provider] = await Promise.all([startRingback(), startModelProvider()]);
});
beforeEach(() => {
  vi.stubGlobal('AI_SDK_LOG_WARNINGS', false);
  vi.stubEnv('RINGBACK_URL', server.url);
  vi.stubEnv('RINGBACK_API_KEY', server.credentials.apiKey);
  vi.stubEnv('ANTHROPIC_API_KEY', 'sk-ant');
  vi.stubEnv('ANTHROPIC_BASE_URL', `${provider.url}/v1`);
  vi.stubEnv('OPENAI_API_KEY', 'sk-test');
  vi.stubEnv('OPENAI_BASE_URL', `${provider.url}/v1`);
});
afterAll(async () => {
  await server.close();
  await provider.close();
});

type File = { id: string };
type Context = { step: Pick<RunIo, 'fetch'> & { run<T>(id: string, work: () => Promise<T>): Promise<T> } };

/** What is left of Inngest here: a function is called with the steps of a run of Ringback. */
const inngest = {
  createFunction<T>(_: object, __: object, handler: (context: Context & { event: { data: { files: File[] } } }) => T) {
    return (data: { files: File[] } = { files: [] }, runId: string = randomUUID()): T => {
      const { fetch } = createRingback().run(runId);
      return handler({ step: { fetch, run: (_id, work) => work() }, event: { data } });
    };
  },
};

/** The examples of https://www.inngest.com/docs/examples/fetch; only hosts differ, and `return` shows what came of it. */
describe("the examples of Inngest's page on fetch", () => {
  it('retrieves a text file', async () => {
    const retrieveTextFile = inngest.createFunction(
      { id: 'retrieveTextFile' },
      { event: 'textFile/retrieve' },
      async ({ step }) => {
        // The fetching of the text file is offloaded
        const response = await step.fetch(`${provider.url}/document/txt/example.txt`);

        return step.run('extract-text', async () => {
          const text = await response.text();
          const exampleOccurences = text.match(/example/g);
          return exampleOccurences?.length;
        });
      },
    );
    const id = randomUUID();
    expect(await retrieveTextFile({ files: [] }, id)).toBe(2);
    expect(await retrieveTextFile({ files: [] }, id)).toBe(2);
    expect(provider.hits('/document/txt/example.txt')).toBe(1);
  });

  it('processes 200 files at once', async () => {
    const processFiles = inngest.createFunction(
      { id: 'process-files', concurrency: 10 },
      { event: 'files/process' },
      async ({ step, event }) => {
        const responses = await Promise.all(
          event.data.files.map(async (file) => {
            return step.fetch(`${provider.url}/files/${file.id}`);
          }),
        );

        return step.run('process-file', async () => {
          return Promise.all(responses.map(async (response) => (await response.json()) as { path: string }));
        });
      },
    );
    const files = Array.from({ length: 200 }, () => ({ id: randomUUID() }));
    const paths = files.map(({ id }) => `/files/${id}`);
    expect((await processFiles({ files })).map(({ path }) => path)).toEqual(paths);
    expect(paths.map((path) => provider.hits(path))).toEqual(paths.map(() => 1));
  });

  it('makes the requests of the AI SDK durable', async () => {
    // Pass the fetch utility to the AI SDK's model constructor:
    const anthropic = createAnthropic({
      fetch: inngestFetch,
    });

    const weatherFunction = inngest.createFunction({ id: 'weather-function' }, { event: 'weather/get' }, async () => {
      // This request is offloaded
      // and it also retries automatically if it fails!
      const response = await generateText({
        model: anthropic('claude-3-5-sonnet-20240620'),
        prompt: `What's the weather in London?`,
        maxRetries: 0,
      });
      return response;
    });
    expect((await weatherFunction()).text).toBe("answer to What's the weather in London?");
    expect(provider.hits("What's the weather in London?")).toBe(1);
  });

  it('makes the requests of the OpenAI SDK durable', async () => {
    const openai = new OpenAI({ fetch: inngestFetch });
    const response = await openai.responses.create({ model: 'gpt-4o', input: "What's the weather in Rome?" });
    expect(response.output_text).toBe("answer to What's the weather in Rome?");
    expect(provider.hits("What's the weather in Rome?")).toBe(1);
  });
});
