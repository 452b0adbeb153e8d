import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { makeLog } from '#src/log.ts';
import { runWorker } from '#src/worker/worker-process.ts';
import { serverVariable, startTestPostgres } from '#test/support/database.ts';
import { startRingback } from '#test/support/ringback.ts';
import { readStream } from '#test/support/stream-reader.ts';

/*
 * Measures streams: CPU of the process with 20 jobs of 1,000 small events each, kept and not kept, and with 100 readers of
 * one stream. The target and the readers are in the same process, so they are a part of each number.
 * Run: `node test/bench/streams.ts`.
 */

const jobs = 20;
const events = 1_000;
const data = JSON.stringify({ type: 'response.output_text.delta', item_id: 'msg_1', output_index: 0, delta: ' word' });

const target = createServer((request, response) => {
  request.resume();
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  let left = events;
  const timer = setInterval(() => {
    for (let n = 0; n < 5 && left > 0; n++, left--) response.write(`event: delta\ndata: ${data}\n\n`);
    if (left > 0) return;
    clearInterval(timer);
    response.end();
  }, 10);
});
await new Promise<void>((resolve) => target.listen(0, '127.0.0.1', resolve));
const url = `http://127.0.0.1:${(target.address() as AddressInfo).port}/`;

const postgres = await startTestPostgres();
process.env[serverVariable] = postgres.url;
const ringback = await startRingback({ worker: false });
const worker = await runWorker(ringback.config, makeLog({ logLevel: 'silent', logFormat: 'json' }));

async function measure(name: string, stream: boolean, count: number, readers: number): Promise<void> {
  const before = await statements();
  const cpu = process.cpuUsage();
  const ids: string[] = [];
  for (let n = 0; n < count; n++) {
    const answer = await ringback.call<{ id: string }>('jobs.submit', { url, stream });
    ids.push(answer.body.result.data.id);
  }
  const from = { url: ringback.url, apiKey: ringback.credentials.apiKey };
  const reading = await Promise.all(Array.from({ length: readers }, () => readStream(from, ids[0] ?? '')));
  await Promise.all(ids.map((id) => ringback.rest('GET', `/v1/jobs/${id}?wait=60`).then((answer) => answer.json())));
  await Promise.all(reading.map(({ ended }) => ended));
  const { user, system } = process.cpuUsage(cpu);
  const seen = reading.reduce((sum, one) => sum + one.seen.length, 0);
  const ran = (await statements()) - before;
  process.stdout.write(
    `${name}: ${Math.round((user + system) / 1_000)} ms of CPU, ${ran} transactions, ${seen} read\n`,
  );
}

async function statements(): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  const { rows } = await ringback.db.pool.query<{ n: number }>(
    'select xact_commit::int as n from pg_stat_database where datname = current_database()',
  );
  return rows[0]?.n ?? 0;
}

for (let round = 0; round < 3; round++) {
  await measure('idle', false, 0, 0);
  await measure('not kept', false, jobs, 0);
  await measure('kept', true, jobs, 0);
  await measure('one kept', true, 1, 0);
  await measure('one kept, 100 readers', true, 1, 100);
}
await worker.stop();
await ringback.close();
await postgres.stop();
target.close();
