import { Pool } from 'undici';
import { startModelProvider } from '#test/support/model-provider.ts';
import { cpuMs } from './cpu-time.ts';
import { startStack } from './stack.ts';

/**
 * Measures what a background response costs beside a plain job for the same request: the processor time of web, worker
 * and PostgreSQL, from the submit to the end of the last job. The two take turns, because the machine is noisy.
 * `node test/bench/gateway-cost.ts [rounds]`.
 */
const rounds = Number(process.argv[2] ?? 5);
const jobs = 4_000;

const provider = await startModelProvider();
const stack = await startStack();
const api = new Pool(stack.url, { connections: 32 });
const auth = { authorization: `Bearer ${stack.credentials.apiKey}`, 'content-type': 'application/json' };
const request = { model: 'gpt-4o', input: 'Write a haiku about queues.', instructions: 'Be brief.', temperature: 1 };
await post('/api/trpc/upstreams.create', {
  name: 'main',
  baseUrl: `${provider.url}/v1`,
  format: 'openai',
  default: true,
});

const plain = () => post('/v1/jobs', { url: `${provider.url}/v1/responses`, json: request, retry: 'openai' });
const response = () => post('/v1/responses', { ...request, background: true });
await measure(plain);
await measure(response);
const ratios: number[] = [];
for (let round = 1; round <= rounds; round++) {
  const [job, model] = [await measure(plain), await measure(response)];
  ratios.push(model / job);
  console.log(
    `round ${round}   plain ${job.toFixed(2)} ms   response ${model.toFixed(2)} ms   ratio ${(model / job).toFixed(2)}`,
  );
}
console.log(`median ratio ${[...ratios].sort((a, b) => a - b)[Math.floor(ratios.length / 2)]?.toFixed(2)}`);
await api.close();
await stack.close();
await provider.close();

/** Returns the processor time of one job, in milliseconds. */
async function measure(submit: () => Promise<unknown>): Promise<number> {
  const before = cpuMs();
  let left = jobs;
  await Promise.all(
    Array.from({ length: 32 }, async () => {
      while (left-- > 0) await submit();
    }),
  );
  const open = { state: ['queued', 'in_progress', 'retrying'] };
  for (;;) {
    const path = `/api/trpc/jobs.list?input=${encodeURIComponent(JSON.stringify({ ...open, limit: 1 }))}`;
    const { body } = await api.request({ path, method: 'GET', headers: auth });
    const { result } = (await body.json()) as { result: { data: { jobs: unknown[] } } };
    if (result.data.jobs.length === 0) return (cpuMs() - before) / jobs;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function post(path: string, input: object): Promise<unknown> {
  const { statusCode, body } = await api.request({ path, method: 'POST', headers: auth, body: JSON.stringify(input) });
  const text = await body.text();
  if (statusCode >= 300) throw new Error(`${path} answered ${statusCode}: ${text.slice(0, 300)}`);
  return JSON.parse(text);
}
