import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Job, JobAttempts } from '#src/contract/job/job.ts';
import { type RawServer, startRaw } from '#test/integration/outbound/raw-server.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';

let ringback: TestRingback;
let server: RawServer;
let posted = 0;

const half = 'content-type: application/json\r\nx-request-id: r1\r\ncontent-length: 30\r\n\r\n{"token":"tell-nobody"';
const whole = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}';

beforeAll(async () => {
  server = await startRaw((socket, _index, request) => {
    const path = request.split(' ')[1] ?? '';
    if (path.startsWith('/hook')) posted += 1;
    if (path === '/cut') socket.end(`HTTP/1.1 200 OK\r\n${half}`);
    else if (path === '/stall') socket.write(`HTTP/1.1 200 OK\r\n${half}`);
    else if (path === '/hook-cut') socket.end(`HTTP/1.1 200 OK\r\n${half}`);
    else if (path === '/hook-503') socket.end(`HTTP/1.1 503 No\r\nretry-after: 7\r\n${half}`);
    else if (path === '/hook-stall') socket.write(`HTTP/1.1 202 OK\r\n${half}`);
    else if (path === '/proto')
      socket.end('HTTP/1.1 200 OK\r\n__proto__: polluted\r\n__Proto__: twice\r\nx: y\r\ncontent-length: 2\r\n\r\n{}');
    else socket.write(whole);
  });
  ringback = await startRingback();
});
afterAll(async () => {
  await ringback.close();
  await server.close();
});

async function run(input: object): Promise<Job> {
  const { id } = (await (await ringback.rest('POST', '/v1/jobs', { json: input })).json()) as Job;
  return (await (await ringback.rest('GET', `/v1/jobs/${id}?wait=20`)).json()) as Job;
}

async function attemptsOf({ id }: Job): Promise<JobAttempts> {
  return (await (await ringback.rest('GET', `/v1/jobs/${id}/attempts`)).json()) as JobAttempts;
}

describe('an attempt whose response did not come whole', () => {
  it.each([
    ['/cut', 'connection_error', 'connection_reset'],
    ['/stall', 'timeout', 'timeout'],
  ])('(%s) has its status, its headers and the first bytes', async (path, outcome, code) => {
    const job = await run({ url: server.url + path, retry: 'none', timeout: { durationInMs: 3_000 } });
    expect(job).toMatchObject({ state: 'failed', error: { code }, result: null });
    const { attempts } = await attemptsOf(job);
    expect(attempts).toMatchObject([{ outcome, status: 200, failure: { code }, remoteAddress: '127.0.0.1' }]);
    expect(attempts[0]?.responseHeaders).toMatchObject({ 'x-request-id': 'r1' });
    expect(attempts[0]?.response).toMatchObject({ body: '{"token":"tell-nobody"', size: 30, truncated: true });
  });

  it('shows none of it when a part of the response is to be masked', async () => {
    const job = await run({ url: `${server.url}/cut`, retry: 'none', redact: { response: ['/token'] } });
    expect((await attemptsOf(job)).attempts[0]?.response?.body).toBe('********');
  });
});

describe('a receiver of callbacks that does not end its answer', () => {
  it.each([
    ['/hook-cut', 200],
    ['/hook-stall', 202],
  ])('(%s) but answered 2xx has received the event', async (path, status) => {
    posted = 0;
    const job = await run({ url: `${server.url}/ok`, callback: server.url + path });
    await expect.poll(async () => (await attemptsOf(job)).deliveries[0]?.state, { timeout: 25_000 }).toBe('delivered');
    const [delivery] = (await attemptsOf(job)).deliveries;
    expect(delivery?.tries).toMatchObject([{ outcome: 'response', status, decision: { then: 'complete' } }]);
    expect(delivery?.tries[0]?.decision?.why).toContain('did not end');
    expect(posted).toBe(1);
  });

  it('and answered 503 is asked again when it says', async () => {
    const job = await run({ url: `${server.url}/ok`, callback: `${server.url}/hook-503` });
    await expect.poll(async () => (await attemptsOf(job)).deliveries[0]?.tries.length).toBe(1);
    const [delivery] = (await attemptsOf(job)).deliveries;
    expect(delivery?.tries[0]).toMatchObject({ status: 503, decision: { inputs: { retryAfter: '7' } } });
  });
});

describe('a header named __proto__', () => {
  it('of a response stays in the result and its attempt', async () => {
    const job = await run({ url: `${server.url}/proto` });
    expect(Object.entries(job.result?.headers ?? {})).toContainEqual(['__proto__', 'polluted, twice']);
    const { attempts } = await attemptsOf(job);
    expect(Object.keys(attempts[0]?.responseHeaders ?? {})).toEqual(['__proto__', 'x', 'content-length']);
  });

  it('of a request or a callback is sent', async () => {
    const headers = JSON.parse('{"__proto__":"here"}') as Record<string, string>;
    const inbox = `${ringback.url}/playground/inbox/proto`;
    const job = await run({
      url: `${server.url}/ok`,
      headers,
      callback: { url: inbox, headers },
    });
    expect(Object.entries(job.headers)).toContainEqual(['__proto__', 'here']);
    expect(Object.entries(job.callback?.headers ?? {})).toEqual([['__proto__', 'here']]);
    await expect.poll(async () => (await attemptsOf(job)).deliveries[0]?.state).toBe('delivered');
    const listed = (await (await fetch(inbox)).json()) as { messages: { headers: object }[] };
    expect(Object.entries(listed.messages[0]?.headers ?? {})).toContainEqual(['__proto__', 'here']);
  });
});
