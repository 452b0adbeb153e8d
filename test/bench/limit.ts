import { createHmac, randomUUID } from 'node:crypto';
import { Pool } from 'undici';

/**
 * Measures the limit of this machine: fetch the target, sign, post the webhook, store nothing. Prints jobs per second.
 */
const [sink = '', count = '20000', connections = '128'] = process.argv.slice(2);
const pool = new Pool(sink, { connections: Number(connections) });
const key = Buffer.alloc(32, 1);
const headers = { 'content-type': 'application/json' };
let next = 0;

async function one(): Promise<void> {
  const target = await pool.request({ path: '/target', method: 'POST', body: '{"a":1}', headers });
  const body = await target.body.text();
  const id = randomUUID();
  const timestamp = String(Math.floor(Date.now() / 1000));
  const event = JSON.stringify({ type: 'job.completed', timestamp: new Date(), data: { id, status: 200, body } });
  const signature = `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${event}`).digest('base64')}`;
  const hook = await pool.request({
    path: '/hook',
    method: 'POST',
    body: event,
    headers: { ...headers, 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature },
  });
  await hook.body.dump();
}

const started = performance.now();
await Promise.all(
  Array.from({ length: Number(connections) }, async () => {
    while (next++ < Number(count)) await one();
  }),
);
console.log(Math.round(Number(count) / ((performance.now() - started) / 1000)));
await pool.close();
