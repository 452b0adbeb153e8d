import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Job, JobAttempts } from '#src/contract/job/job.ts';
import { every, type RawServer, startRaw } from '#test/integration/outbound/raw-server.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';

/** Bytes kept of a result in this test. */
const kept = 65_536;
const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}';
const head = (...lines: string[]) => ['HTTP/1.1 200 OK', ...lines, '', ''].join('\r\n');
const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));

/** Writes without end, as fast as the other side reads. */
function flood(socket: Socket, chunk: Buffer): void {
  const go = () => {
    while (!socket.destroyed && socket.write(chunk));
  };
  socket.on('drain', go);
  go();
}

type End = { outcome: 'response' | 'timeout' | 'connection_error'; code?: string };
type Case = {
  name: string;
  play: (socket: Socket) => void;
  /** What a job's attempt ends as, and a delivery's where that is another. */
  job: End;
  delivery?: End;
  truncated?: boolean;
};

const late: End = { outcome: 'timeout', code: 'timeout' };
const invalid: End = { outcome: 'connection_error', code: 'http_invalid' };
const reset: End = { outcome: 'connection_error', code: 'connection_reset' };
const answered: End = { outcome: 'response' };

const cases: Case[] = [
  { name: 'F25 accepts and never answers', play: () => {}, job: late },
  {
    name: 'F26 answers a second after the deadline',
    play: (socket) => void setTimeout(() => socket.end(ok), 16_000).unref(),
    job: late,
  },
  {
    name: 'F27 drips its head',
    play: (socket) =>
      every(50, socket, () => void socket.write(socket.bytesWritten === 0 ? 'HTTP/1.1 200 OK\r\nx: ' : 'a')),
    job: late,
  },
  {
    name: 'F28 sends 103 without end',
    play: (socket) => every(20, socket, () => void socket.write('HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n')),
    job: late,
  },
  {
    name: 'F29 sends 100 and is silent',
    play: (socket) => void socket.write('HTTP/1.1 100 Continue\r\n\r\n'),
    job: late,
  },
  {
    name: 'F30 sends a 101 that nobody asked for',
    play: (socket) =>
      void socket.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'),
    job: invalid,
  },
  {
    name: 'F31 drips its body',
    play: (socket) => {
      socket.write(head('content-length: 100000'));
      every(50, socket, () => void socket.write('.'));
    },
    job: late,
    delivery: answered,
  },
  {
    name: 'F32 sends 10 GB in chunks',
    play: (socket) => {
      socket.write(head('transfer-encoding: chunked'));
      flood(socket, Buffer.from(`10000\r\n${'x'.repeat(0x10000)}\r\n`));
    },
    job: answered,
    truncated: true,
  },
  {
    name: 'F33 declares 10 GB',
    play: (socket) => {
      socket.write(head('content-length: 10000000000'));
      flood(socket, Buffer.alloc(0x10000, 'x'));
    },
    job: answered,
    truncated: true,
  },
  {
    name: 'F34 sends a bomb of gzip',
    play: (socket) => {
      socket.write(head('content-encoding: gzip', `content-length: ${bomb.length}`));
      socket.end(bomb);
    },
    job: answered,
    truncated: true,
  },
  {
    name: 'F35 sends a megabyte of extensions of a chunk',
    play: (socket) => {
      socket.write(`${head('transfer-encoding: chunked')}1;`);
      flood(socket, Buffer.alloc(0x10000, 'e'));
    },
    job: invalid,
    delivery: answered,
  },
  {
    name: 'F36 sends 10,000 headers',
    play: (socket) => void socket.write(head(...Array.from({ length: 10_000 }, (_, n) => `x-${n}: ${n}`))),
    job: invalid,
  },
  {
    name: 'F36 sends a head without end',
    play: (socket) => {
      socket.write('HTTP/1.1 200 OK\r\nx: ');
      flood(socket, Buffer.alloc(0x1000, 'h'));
    },
    job: invalid,
  },
  { name: 'F37 sends garbage', play: (socket) => void socket.end('\u0001\u0002 what?\r\n\r\n'), job: invalid },
  { name: 'F37 speaks HTTP/0.9', play: (socket) => void socket.end('<html>hello</html>'), job: invalid },
  {
    name: 'F37 sends a length beside chunks',
    play: (socket) => void socket.end(`${head('content-length: 3', 'transfer-encoding: chunked')}0\r\n\r\n`),
    job: invalid,
  },
  {
    name: 'F37 says less than it sends',
    play: (socket) => void socket.write(`${head('content-length: 2')}ok, more`),
    job: answered,
  },
  {
    name: 'F37 has the status 099',
    play: (socket) => void socket.end('HTTP/1.1 099 What\r\ncontent-length: 0\r\n\r\n'),
    job: invalid,
  },
  {
    name: 'F37 has the status 999',
    play: (socket) => void socket.end('HTTP/1.1 999 Odd\r\ncontent-length: 0\r\n\r\n'),
    job: answered,
  },
  { name: 'F38 resets after the request', play: (socket) => void socket.resetAndDestroy(), job: reset },
  { name: 'F38 closes its half before it answers', play: (socket) => void socket.end(), job: reset },
];

const slug = (name: string) => name.replaceAll(/[^\w]+/g, '-').toLowerCase();

let ringback: TestRingback;
let server: RawServer;
const asked = new Map<string, string[]>();
const jobs = new Map<string, Job>();
const attempts = new Map<string, JobAttempts>();
let rssGrown = 0;

beforeAll(async () => {
  server = await startRaw((socket, _index, request) => {
    const [, path = ''] = /^\w+ (\S+) HTTP/.exec(request) ?? [];
    if (path === '') return;
    const [, kind, which] = path.split('/');
    const id = /webhook-id: (\S+)/i.exec(request)?.[1] ?? 'job';
    asked.set(path, [...(asked.get(path) ?? []), id]);
    const found = cases.find(({ name }) => slug(name) === which);
    if (kind === 'well' || found === undefined) socket.write(ok);
    else found.play(socket);
  });
  ringback = await startRingback({ env: { RINGBACK_MAX_RESPONSE_BYTES: String(kept) } });
  const before = process.memoryUsage.rss();
  // All at once: none may keep another from its end.
  await Promise.all(
    cases.map(async ({ name }) => {
      const json = {
        url: `${server.url}/job/${slug(name)}`,
        method: 'POST',
        callback: `${server.url}/hook/${slug(name)}`,
        retry: 'none',
        timeout: { durationInMs: 4_000 },
      };
      const { id } = (await (await ringback.rest('POST', '/v1/jobs', { json })).json()) as Job;
      await vi.waitFor(
        async () => {
          const found = (await (await ringback.rest('GET', `/v1/jobs/${id}/attempts`)).json()) as JobAttempts;
          attempts.set(name, found);
          const [made] = found.deliveries;
          // The state and the attempts are read one after the other.
          if (!made?.tries[0]?.outcome || made.state === 'in_progress') throw new Error(`${name}: not delivered yet`);
        },
        { timeout: 60_000, interval: 200 },
      );
      jobs.set(name, (await (await ringback.rest('GET', `/v1/jobs/${id}`)).json()) as Job);
    }),
  );
  rssGrown = process.memoryUsage.rss() - before;
}, 90_000);
afterAll(async () => {
  await ringback.close();
  await server.close();
});

describe('a server that', () => {
  it.each(cases)('$name costs a job one attempt, with the true reason', ({ name, job, truncated = false }) => {
    const [attempt, ...more] = attempts.get(name)?.attempts ?? [];
    expect(more).toEqual([]);
    expect(attempt).toMatchObject({ outcome: job.outcome, ...(job.code ? { failure: { code: job.code } } : {}) });
    expect(asked.get(`/job/${slug(name)}`)).toEqual(['job']);
    if (job.outcome !== 'response')
      expect(jobs.get(name)).toMatchObject({ state: 'failed', error: { code: job.code } });
    else if (truncated) expect(jobs.get(name)?.result).toMatchObject({ truncated: true });
  });

  it.each(cases)('$name costs a delivery one attempt, which it is right about', ({ name, job, delivery = job }) => {
    const [made] = attempts.get(name)?.deliveries ?? [];
    expect(made?.tries[0]).toMatchObject({ outcome: 'response' === delivery.outcome ? 'response' : delivery.outcome });
    if (delivery.code) expect(made?.tries[0]?.failure).toMatchObject({ code: delivery.code });
    const isReceived = delivery.outcome === 'response' && made?.tries[0]?.status === 200;
    if (isReceived) expect(made?.state).toBe('delivered');
    // A repetition is a new attempt some seconds later, with the same id.
    expect(new Set(asked.get(`/hook/${slug(name)}`)).size).toBe(1);
    if (isReceived) expect(asked.get(`/hook/${slug(name)}`)?.length).toBe(1);
  });
});

it('all of these together cost little memory, and leave no connection', async () => {
  // At most 16 MiB for each that sends much.
  expect(rssGrown).toBeLessThan(150_000_000);
  const { id } = (await (
    await ringback.rest('POST', '/v1/jobs', { json: { url: `${server.url}/well`, callback: `${server.url}/well` } })
  ).json()) as Job;
  expect(await (await ringback.rest('GET', `/v1/jobs/${id}?wait=20`)).json()).toMatchObject({ state: 'completed' });
});
