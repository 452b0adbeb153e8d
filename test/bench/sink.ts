import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { percentile } from './figures.ts';

/**
 * Target (`/target`) and webhook receiver (`/hook`) of the benchmark, in a process of its own. It prints its port on
 * stdout. The argument is the number of milliseconds that the target takes to answer. A path with `?at=` and a time in
 * milliseconds is measured: how long after that time it was called.
 */
const delayMs = Number(process.argv[2] ?? 0);
const answer = JSON.stringify({ ok: true, data: 'x'.repeat(900) });
const seen = new Set<string>();
const counts = { hooks: 0, targets: 0, first: 0, last: 0, connections: 0 };
const late: Record<'target' | 'hook', number[]> = { target: [], hook: [] };

createServer((request, response) => {
  const path = request.url ?? '/';
  if (path === '/stats') return void response.end(JSON.stringify({ ...counts, unique: seen.size }));
  if (path === '/latency')
    return void response.end(JSON.stringify({ target: lateness('target'), hook: lateness('hook') }));
  if (path === '/reset') {
    Object.assign(counts, { hooks: 0, targets: 0, first: 0, last: 0, connections: 0 });
    seen.clear();
    late.target = [];
    late.hook = [];
    return void response.end('ok');
  }
  const kind = path.startsWith('/hook') ? 'hook' : 'target';
  const from = path.indexOf('?at=');
  if (from > 0) late[kind].push(performance.timeOrigin + performance.now() - Number(path.slice(from + 4)));
  request.resume();
  request.on('end', () => {
    if (kind === 'hook') {
      counts.hooks += 1;
      seen.add(String(request.headers['webhook-id']));
      counts.last = Date.now();
      counts.first ||= counts.last;
      response.writeHead(204).end();
      return;
    }
    counts.targets += 1;
    const respond = () => response.writeHead(200, { 'content-type': 'application/json' }).end(answer);
    if (delayMs > 0) setTimeout(respond, delayMs);
    else respond();
  });
})
  .on('connection', () => (counts.connections += 1))
  .listen(0, '127.0.0.1', function (this: { address(): AddressInfo | string | null }) {
    console.log((this.address() as AddressInfo).port);
  });

/** Milliseconds from the submit to the arrival. */
function lateness(kind: 'target' | 'hook') {
  return { p50: percentile(late[kind], 0.5), p99: percentile(late[kind], 0.99) };
}
