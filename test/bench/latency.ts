import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { median, percentile } from './figures.ts';
import type { Submitter } from './submit.ts';

/** Measures an idle Ringback, one job after the other: milliseconds from the submit to the target and to the callback. */
export async function idleLatency(submitter: Submitter, count: number) {
  const arrivals = { target: 0, hook: 0 };
  let arrived: () => void = () => undefined;
  const server = createServer((request, response) => {
    const kind = request.url === '/hook' ? 'hook' : 'target';
    arrivals[kind] = performance.now();
    request.resume();
    request.on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'));
    if (kind === 'hook') arrived();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const toTarget: number[] = [];
  const toHook: number[] = [];
  for (let i = 0; i < count; i++) {
    const hook = new Promise<void>((resolve) => (arrived = resolve));
    const started = performance.now();
    await submitter.post('jobs.submit', { url: `${url}/target`, callback: `${url}/hook` });
    await hook;
    toTarget.push(arrivals.target - started);
    toHook.push(arrivals.hook - started);
    // The pause lets the server finish its writes, so that it is idle before the next job.
    await pause(20);
  }
  server.close();
  server.closeAllConnections();
  return {
    targetP50: median(toTarget).toFixed(1),
    targetP95: percentile(toTarget, 0.95).toFixed(1),
    callbackP50: median(toHook).toFixed(1),
    callbackP95: percentile(toHook, 0.95).toFixed(1),
  };
}
