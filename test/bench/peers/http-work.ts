import { createHmac } from 'node:crypto';
import { Pool } from 'undici';

/** The job that every queue is given: which target is called, and which receiver is told. */
export type BenchJob = Readonly<{ id: string; sink: string }>;
/** What the target answered, as it is stored and sent on. */
export type BenchResult = Readonly<{ id: string; sink: string; status: number; body: string }>;

const key = Buffer.alloc(32, 1);
const json = { 'content-type': 'application/json' };
const pools = new Map<string, Pool>();

function poolOf(sink: string): Pool {
  const pool = pools.get(sink) ?? new Pool(sink, { connections: 128 });
  pools.set(sink, pool);
  return pool;
}

/** Calls the target of a job. */
export async function callTarget({ id, sink }: BenchJob): Promise<BenchResult> {
  const answer = await poolOf(sink).request({ path: '/target', method: 'POST', body: '{"a":1}', headers: json });
  return { id, sink, status: answer.statusCode, body: await answer.body.text() };
}

/** Posts the signed event of a job to its receiver. */
export async function postEvent({ id, sink, status, body }: BenchResult): Promise<void> {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const event = JSON.stringify({ type: 'job.completed', timestamp: new Date(), data: { id, status, body } });
  const signature = `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${event}`).digest('base64')}`;
  const answer = await poolOf(sink).request({
    path: '/hook',
    method: 'POST',
    body: event,
    headers: { ...json, 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature },
  });
  await answer.body.dump();
  if (answer.statusCode !== 204) throw new Error(`the receiver answered ${answer.statusCode}`);
}
