import { execFile } from 'node:child_process';
import type { Socket } from 'node:net';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Job } from '#src/contract/job/job.ts';
import type { SubmitManyResult } from '#src/contract/submit/batch.ts';
import { every, type RawServer, startRaw } from '#test/integration/outbound/raw-server.ts';
import { endWorkerProcesses, startWorkerProcess } from '#test/support/processes.ts';
import { type Receiver, startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { startTarget, type Target } from '#test/support/target-server.ts';

const each = 100;
const healthy = 100;
const mostRssBytes = 600 * 1024 * 1024;
/** Nearly as much as a result may have. 100 of these at once are more than the worker may use. */
const much = Buffer.alloc(10_000_000, 'x');

const hostile: [string, (socket: Socket) => void][] = [
  ['says nothing', () => {}],
  [
    'drips its head',
    (socket) => every(200, socket, () => void socket.write(socket.bytesWritten ? 'a' : 'HTTP/1.1 200 OK\r\nx: ')),
  ],
  ['sends 103s', (socket) => every(200, socket, () => void socket.write('HTTP/1.1 103 Early Hints\r\n\r\n'))],
  [
    'drips its body',
    (socket) => {
      socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
      every(200, socket, () => void socket.write('4\r\ndrip\r\n'));
    },
  ],
  [
    'sends much and stalls',
    (socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 10000001\r\n\r\n');
      socket.write(much);
    },
  ],
];

let ringback: TestRingback;
let target: Target;
let receiver: Receiver;
let servers: RawServer[];

beforeAll(async () => {
  [ringback, target, receiver] = await Promise.all([startRingback({ worker: false }), startTarget(), startReceiver()]);
  servers = await Promise.all(hostile.map(([, play]) => startRaw((socket) => play(socket))));
});
afterAll(async () => {
  await endWorkerProcesses();
  await ringback.close();
  await Promise.all([target.close(), receiver.close(), ...servers.map((server) => server.close())]);
});

async function submit(jobs: object[]): Promise<string[]> {
  const { body } = await ringback.call<SubmitManyResult>('jobs.submitMany', { jobs });
  expect(body.error).toBeUndefined();
  return body.result.data.results.map((made) => (made.ok ? made.job.id : expect.fail(made.error.message)));
}

async function rssOf(pid: number): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)]);
  return Number(stdout) * 1024;
}

it('500 hostile requests at once keep 100 healthy jobs from nothing, and cost a bounded memory', async () => {
  // One slot in five stays free, as a worker has a quarter more slots for jobs than this.
  const worker = await startWorkerProcess(ringback, { RINGBACK_WORKER_SLOTS: '500', NODE_OPTIONS: '' });
  const bad = await submit(
    servers.flatMap(({ url }) =>
      Array.from({ length: each }, () => ({ url, retry: 'none', timeout: { durationInMs: 600_000 } })),
    ),
  );
  const hanging = () => servers.reduce((sum, server) => sum + server.accepted(), 0);
  await expect.poll(hanging, { timeout: 60_000 }).toBe(each * hostile.length);
  let most = 0;
  const sampler = setInterval(() => void rssOf(worker.pid).then((rss) => (most = Math.max(most, rss))), 100);
  try {
    const good = await submit(
      Array.from({ length: healthy }, (_, n) => ({ url: `${target.url}/bytes/${n * 1_000}`, callback: receiver.url })),
    );
    await receiver.waitFor(healthy, 60_000);
    for (const id of good) {
      const job = (await (await ringback.rest('GET', `/v1/jobs/${id}?wait=20`)).json()) as Job;
      expect(job.state).toBe('completed');
    }
    // All the while not one of the others had ended.
    const { rows } = await ringback.db.pool.query('select state, count(*)::int as n from job group by 1 order by 1');
    expect(rows).toEqual([
      { state: 'completed', n: healthy },
      { state: 'in_progress', n: bad.length },
    ]);
    most = Math.max(most, await rssOf(worker.pid));
    expect(most).toBeLessThan(mostRssBytes);
  } finally {
    clearInterval(sampler);
  }
}, 180_000);
