import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Job, JobAttempts } from '#src/contract/job/job.ts';
import { type Receiver, startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';

let ringback: TestRingback;
let receiver: Receiver;
let server: Server;
let url: string;
const answers = new Map<string, { status?: number; encoding: string; bytes: Buffer }[]>();

beforeAll(async () => {
  server = createServer((request, response) => {
    const left = answers.get(request.url ?? '') ?? [];
    const answer = left.length > 1 ? left.shift() : left[0];
    if (answer === undefined) return void response.writeHead(404).end();
    const headers = { 'content-type': 'application/json', 'content-encoding': answer.encoding };
    response.writeHead(answer.status ?? 200, headers).end(answer.bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  [ringback, receiver] = await Promise.all([startRingback(), startReceiver()]);
});
afterAll(async () => {
  await ringback.close();
  await receiver.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function run(input: object): Promise<Job> {
  const submitted = await ringback.rest('POST', '/v1/jobs', { json: input });
  const { id } = (await submitted.json()) as Job;
  return (await (await ringback.rest('GET', `/v1/jobs/${id}?wait=20`)).json()) as Job;
}

async function raw(path: string): Promise<{ encoding: string | null; bytes: Buffer }> {
  const { request } = await import('node:http');
  const headers = { authorization: `Bearer ${ringback.credentials.apiKey}` };
  return new Promise((resolve, reject) => {
    request(new URL(path, ringback.url), { headers }, async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk as Buffer);
      resolve({ encoding: response.headers['content-encoding'] ?? null, bytes: Buffer.concat(chunks) });
    })
      .on('error', reject)
      .end();
  });
}

const json = '{"state":"done","token":"tell-nobody"}';

describe('a compressed response', () => {
  it('is decided, masked, shown and served decoded', async () => {
    answers.set('/decided', [
      { encoding: 'gzip', bytes: gzipSync('{"state":"pending","token":"tell-nobody"}') },
      { encoding: 'br', bytes: brotliCompressSync(json) },
    ]);
    const job = await run({
      url: `${url}/decided`,
      redact: { response: ['/token'] },
      retry: [{ when: '2xx', bodyMatches: { pointer: '/state', value: 'pending' }, minTimeoutInMs: 1, limit: 2 }],
      callback: receiver.url,
    });
    const masked = '{"state":"done","token":"********"}';
    expect(job).toMatchObject({ state: 'completed', attempts: 2, result: { body: masked, encoding: 'utf8' } });
    expect(job.result?.headers['content-encoding']).toBe('br');
    const attempts = (await (await ringback.rest('GET', `/v1/jobs/${job.id}/attempts`)).json()) as JobAttempts;
    expect(attempts.attempts[0]?.response?.body).toBe('{"state":"pending","token":"********"}');
    const [hook] = await receiver.waitFor(1);
    expect(JSON.parse(hook?.body.toString() ?? '').data.result.body).toBe(masked);
    for (const path of [`/v1/jobs/${job.id}/result`, job.result?.url ?? '']) {
      expect(await raw(path)).toEqual({ encoding: null, bytes: Buffer.from(masked) });
    }
  });

  it('is served with its encoding to who asked for it by accept-encoding', async () => {
    const bytes = gzipSync(json);
    answers.set('/asked', [{ encoding: 'gzip', bytes }]);
    const job = await run({ url: `${url}/asked`, headers: { 'Accept-Encoding': 'gzip' } });
    expect(job.result).toMatchObject({ encoding: 'base64', body: bytes.toString('base64') });
    for (const path of [`/v1/jobs/${job.id}/result`, job.result?.url ?? '']) {
      expect(await raw(path)).toEqual({ encoding: 'gzip', bytes });
    }
    expect(await (await ringback.rest('GET', `/v1/jobs/${job.id}/result`)).text()).toBe(json);
  });

  it('that was asked for and is masked claims no encoding', async () => {
    answers.set('/masked', [{ encoding: 'gzip', bytes: gzipSync(json) }]);
    const job = await run({
      url: `${url}/masked`,
      headers: { 'accept-encoding': 'gzip' },
      redact: { response: ['/token'] },
    });
    expect(await raw(`/v1/jobs/${job.id}/result`)).toEqual({ encoding: null, bytes: Buffer.from('********') });
  });

  it('that is not what it says is kept as it came, claims nothing, and the attempt says so', async () => {
    answers.set('/lies', [{ encoding: 'gzip', bytes: Buffer.from(json) }]);
    const job = await run({ url: `${url}/lies` });
    expect(job).toMatchObject({ state: 'completed', result: { body: json } });
    expect(await raw(`/v1/jobs/${job.id}/result`)).toEqual({ encoding: null, bytes: Buffer.from(json) });
    const { attempts } = (await (await ringback.rest('GET', `/v1/jobs/${job.id}/attempts`)).json()) as JobAttempts;
    expect(attempts[0]?.decision?.why).toContain('is not gzip');
  });

  it('that is a bomb fails the job as too large', async () => {
    answers.set('/bomb', [{ encoding: 'gzip', bytes: gzipSync(Buffer.alloc(60_000_000)) }]);
    const job = await run({ url: `${url}/bomb` });
    expect(job).toMatchObject({ error: { code: 'response_too_large' }, result: { truncated: true, size: 10_485_760 } });
    const { attempts } = (await (await ringback.rest('GET', `/v1/jobs/${job.id}/attempts`)).json()) as JobAttempts;
    expect(attempts[0]?.decision?.why).toContain('10,485,760');
  });

  it('of a receiver of callbacks is shown decoded', async () => {
    answers.set('/hook', [{ status: 500, encoding: 'gzip', bytes: gzipSync('{"why":"no"}') }]);
    answers.set('/plain', [{ encoding: 'identity', bytes: Buffer.from('{}') }]);
    const job = await run({ url: `${url}/plain`, callback: { url: `${url}/hook`, retry: { scheduleSeconds: [] } } });
    const read = async () => (await (await ringback.rest('GET', `/v1/jobs/${job.id}/attempts`)).json()) as JobAttempts;
    await expect.poll(async () => (await read()).deliveries[0]?.state).toBe('failed');
    expect((await read()).deliveries[0]?.tries[0]?.response?.body).toBe('{"why":"no"}');
  });
});
