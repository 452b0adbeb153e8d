import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createFetch } from '#src/client/index.ts';
import { startStack } from './stack.ts';

/**
 * Measures what `fetch` through an idle Ringback adds to a call, one call after the other, against the same call made
 * directly. Prints milliseconds. The target answers at once, from a process of its own.
 * `node test/bench/fetch-latency.ts [calls]`.
 */
const isTarget = process.argv[2] === 'target';

if (isTarget) {
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}'));
  }).listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
} else {
  const calls = Number(process.argv[2] ?? 300);
  const target = fork(import.meta.filename, ['target']);
  const [port] = (await once(target, 'message')) as [number];
  const stack = await startStack();
  const through = createFetch({ url: stack.url, apiKey: stack.credentials.apiKey });
  const url = `http://127.0.0.1:${port}/`;
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"model":"m"}' };
  const times = { direct: [] as number[], through: [] as number[] };
  const measured = async (name: keyof typeof times, request: typeof fetch) => {
    const began = performance.now();
    await (await request(url, init)).json();
    times[name].push(performance.now() - began);
  };
  for (let at = -30; at < calls; at++) {
    // The first calls are made while the processes compile their code.
    if (at === 0) for (const list of Object.values(times)) list.length = 0;
    await measured('direct', fetch);
    await measured('through', through as typeof fetch);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const at = (list: number[], share: number) => list.toSorted((a, b) => a - b)[Math.floor(list.length * share)] ?? 0;
  for (const share of [0.5, 0.95]) {
    const [direct, whole] = [at(times.direct, share), at(times.through, share)];
    const name = share === 0.5 ? 'median' : 'p95';
    console.log(
      `${name}: direct ${direct.toFixed(1)}   through Ringback ${whole.toFixed(1)}   adds ${(whole - direct).toFixed(1)} ms`,
    );
  }
  target.kill();
  await stack.close();
}
