import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * Target (`/target`) and webhook receiver (`/hook`) of the benchmark, in a process of its own. It prints its port on
 * stdout. The argument is the number of milliseconds that the target takes to answer.
 */
const answer = JSON.stringify({ ok: true, data: 'x'.repeat(900) });
const seen = new Set<string>();
const counts = { hooks: 0, targets: 0, first: 0, last: 0 };

const delayMs = Number(process.argv[2] ?? 0);

createServer((request, response) => {
  const path = request.url ?? '/';
  if (path === '/stats') return void response.end(JSON.stringify({ ...counts, unique: seen.size }));
  if (path === '/reset') {
    Object.assign(counts, { hooks: 0, targets: 0, first: 0, last: 0 });
    seen.clear();
    return void response.end('ok');
  }
  request.resume();
  request.on('end', () => {
    if (path.startsWith('/hook')) {
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
}).listen(0, '127.0.0.1', function (this: { address(): AddressInfo | string | null }) {
  console.log((this.address() as AddressInfo).port);
});
