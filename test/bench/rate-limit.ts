import { startLimitedApi } from '#test/integration/flow/limited-api.ts';
import { startStack } from './stack.ts';

/**
 * Measures what a rate limit costs: ten thousand jobs to an API that answers 100 requests in each window of 1.5 s and
 * refuses the others with a 429. Prints the share of requests that were refused, and how long it took beside the
 * shortest time that the limit allows. `node test/bench/rate-limit.ts [jobs] [named]`: with `named` each response tells
 * limit, remaining and reset.
 */
const jobs = Number(process.argv[2] ?? 10_000);
const isNamed = process.argv[3] === 'named';
const limit = 100;
const windowMs = 1_500;

const api = await startLimitedApi({
  limit,
  windowMs,
  told: ({ left, resetMs, refused }): Record<string, string> => {
    if (!isNamed) return refused ? { 'retry-after-ms': String(Math.ceil(resetMs)) } : {};
    const reset = `${Math.ceil(resetMs)}ms`;
    return {
      'x-ratelimit-limit-requests': String(limit),
      'x-ratelimit-remaining-requests': String(left),
      'x-ratelimit-reset-requests': reset,
    };
  },
});
const stack = await startStack();
const began = performance.now();
const job = { url: api.url, headers: { authorization: 'Bearer bench' } };
for (let left = jobs; left > 0; left -= 1_000) {
  const response = await fetch(`${stack.url}/api/trpc/jobs.submitMany`, {
    method: 'POST',
    headers: { authorization: `Bearer ${stack.credentials.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ jobs: Array.from({ length: Math.min(left, 1_000) }, () => job) }),
  });
  if (!response.ok) throw new Error(await response.text());
}
while (api.answered.length < jobs) await new Promise((resolve) => setTimeout(resolve, 100));
const tookMs = performance.now() - began;
const { all, refused, refusedLater } = api.counts;
const share = ((refused / all) * 100).toFixed(2);
console.log(`${jobs} jobs: ${refused} of ${all} requests refused (${share} %), ${refusedLater} after the first window`);
console.log(
  `${(tookMs / 1_000).toFixed(0)} s; the limit allows ${(((jobs / limit - 1) * windowMs) / 1_000).toFixed(0)} s`,
);
await api.close();
await stack.close();
process.exit(0);
