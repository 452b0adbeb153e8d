import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startStack } from './stack.ts';

/**
 * Measures how one slow host holds up others. 3,000 jobs to a host that never answers are under way or wait, 50,000 more
 * are queued for it, then 100 other hosts get three jobs each, from the same project. Prints how long these took to
 * start, in milliseconds from the call that submitted them. `node test/bench/slow-origin.ts`.
 */
const slow = 3_000;
const queued = 50_000;
const hosts = 100;

const arrivals = new Map<string, number>();
let held = 0;
const server = createServer((request, response) => {
  request.resume();
  const host = request.headers.host ?? '';
  if (request.url === '/slow') {
    held += 1;
    return;
  }
  arrivals.set(`${host}${request.url}`, performance.now());
  response.end('{}');
});
await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', 4096, resolve));
const { port } = server.address() as AddressInfo;
const stack = await startStack();

async function submitMany(jobs: object[]): Promise<void> {
  const response = await fetch(`${stack.url}/api/trpc/jobs.submitMany`, {
    method: 'POST',
    headers: { authorization: `Bearer ${stack.credentials.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ jobs }),
  });
  const text = await response.text();
  if (!response.ok || text.includes('"ok":false')) throw new Error(text.slice(0, 300));
}

const job = { url: `http://127.0.0.1:${port}/slow`, timeout: { durationInMs: 1_800_000 } };
for (let left = slow + queued; left > 0; left -= 1_000) await submitMany(Array.from({ length: 1_000 }, () => job));
console.log(`${held} requests of the slow host are open, ${slow + queued - held} wait`);

const took: number[] = [];
for (let round = 0; round < 3; round++) {
  const began = performance.now();
  const path = (host: number) => `127.0.1.${host + 1}:${port}/${round}`;
  await submitMany(Array.from({ length: hosts }, (_, host) => ({ url: `http://${path(host)}` })));
  while (![...arrivals.keys()].some((key) => key.endsWith(`/${round}`)) || arrivals.size < hosts * (round + 1))
    await new Promise((resolve) => setTimeout(resolve, 5));
  for (let host = 0; host < hosts; host++) took.push((arrivals.get(path(host)) ?? 0) - began);
}
took.sort((a, b) => a - b);
const at = (share: number) => took[Math.floor(took.length * share)]?.toFixed(0);
console.log(`others started after: p50 ${at(0.5)} ms   p95 ${at(0.95)} ms   most ${took.at(-1)?.toFixed(0)} ms`);
server.closeAllConnections();
server.close();
await stack.close();
process.exit(0);
