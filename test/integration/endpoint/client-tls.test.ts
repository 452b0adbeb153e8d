import { randomBytes } from 'node:crypto';
import { createServer, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CreatedEndpoint, Endpoint } from '#src/contract/endpoint/endpoint.ts';
import type { Job, JobAttempts } from '#src/contract/job/job.ts';
import type { Upstream } from '#src/contract/upstream/upstream.ts';
import { rotateKeys } from '#src/engine/rotate/rotate-keys.ts';
import { findUsedKeys } from '#src/store/doctor/used-keys.ts';
import { makeCipher } from '#src/store/seal/cipher.ts';
import { sealContext } from '#src/store/seal/sealed-parts.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { pem } from '#test/support/tls/pem.ts';

let ringback: TestRingback;
let url: string;
let close: () => Promise<void>;
/** Whoever asked, by the common name of the certificate, and the path. */
const seen: string[] = [];

beforeAll(async () => {
  const sockets = new Set<TLSSocket>();
  const options = {
    cert: pem('good'),
    key: pem('good-key'),
    ca: pem('client-ca'),
    requestCert: true,
    rejectUnauthorized: true,
  };
  const server = createServer(options, (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    const who = String(socket.getPeerCertificate().subject.CN);
    socket.on('data', (chunk) => {
      const path = /^\w+ (\S+) HTTP/.exec(chunk.toString('latin1'))?.[1];
      if (path === undefined) return;
      seen.push(`${who} ${path}`);
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${who.length}\r\n\r\n${who}`);
    });
  });
  server.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `https://127.0.0.1:${(server.address() as { port: number }).port}`;
  close = () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  ringback = await startRingback();
});
afterAll(async () => {
  await ringback.close();
  await close();
});

const own = (name = 'client') => ({ certificate: pem(name), key: pem(`${name}-key`), ca: pem('ca') });

async function send<T>(method: string, path: string, json?: object): Promise<{ status: number; body: T }> {
  const response = await ringback.rest(method, path, { json });
  return { status: response.status, body: (await response.json()) as T };
}

async function run(json: object): Promise<Job> {
  const { body } = await send<Job>('POST', '/v1/jobs', { retry: 'none', ...json });
  return (await send<Job>('GET', `/v1/jobs/${body.id}?wait=20`)).body;
}

const shown = {
  certificate: {
    subject: 'O=Ringback tests, CN=client',
    issuer: 'CN=Ringback test client authority',
    expiresAt: expect.stringMatching(/^21\d\d-/),
  },
  ca: [{ subject: 'CN=Ringback test authority' }],
};

describe('an upstream with certificates', () => {
  it('shows them to its target for its jobs, and to nobody else', async () => {
    const made = await send<Upstream>('POST', '/v1/upstreams', { name: 'inside', baseUrl: url, tls: own() });
    expect(made.body.tls).toMatchObject(shown);
    expect(JSON.stringify(made.body)).not.toContain('PRIVATE');
    const job = await run({ upstream: 'inside', path: '/of-upstream' });
    expect(job).toMatchObject({ state: 'completed', result: { body: 'client' } });
    expect(await run({ url: `${url}/alone` })).toMatchObject({ state: 'failed', error: { code: 'tls_certificate' } });
    expect(seen).toEqual(['client /of-upstream']);
  });

  it('gets others by a change, keeps them otherwise, and loses them by null', async () => {
    const change = (json: object) => send<Upstream>('PATCH', '/v1/upstreams/inside', json);
    expect((await change({ models: ['x-'] })).body.tls).toMatchObject(shown);
    const { certificate, key } = own('client-other');
    expect((await change({ tls: { certificate, key } })).body.tls).toMatchObject({
      certificate: { subject: 'O=Ringback tests, CN=client-other' },
      ca: shown.ca,
    });
    // A worker knows of a change within a second.
    const asked = async () => (await run({ upstream: 'inside', path: '/' })).result?.body;
    await expect.poll(asked, { timeout: 20_000 }).toBe('client-other');
    expect((await change({ tls: { ca: null } })).body.tls).toMatchObject({ ca: [] });
    const failed = async () => (await run({ upstream: 'inside', path: '/' })).error?.code;
    await expect.poll(failed, { timeout: 20_000 }).toBe('tls_certificate');
    expect((await change({ tls: null })).body.tls).toBeNull();
    const { rows } = await ringback.db.pool.query('select tls, tls_key from upstream');
    expect(rows).toEqual([{ tls: null, tls_key: null }]);
  });
});

describe('an endpoint with certificates', () => {
  it('gets deliveries with them, and its key is stored sealed', async () => {
    const made = await send<CreatedEndpoint>('POST', '/v1/endpoints', { name: 'safe', url: `${url}/hook`, tls: own() });
    expect(made.body.tls).toMatchObject(shown);
    const job = await run({ url: `${ringback.url}/playground/target`, callback: { endpoint: 'safe' } });
    const attempts = async () => (await send<JobAttempts>('GET', `/v1/jobs/${job.id}/attempts`)).body;
    await expect.poll(async () => (await attempts()).deliveries[0]?.state, { timeout: 20_000 }).toBe('delivered');
    expect(seen.at(-1)).toBe('client /hook');
    const { rows } = await ringback.db.pool.query('select tls::text, tls_key from endpoint');
    expect(rows[0].tls + rows[0].tls_key.toString('latin1')).not.toContain('PRIVATE');
    expect(rows[0].tls_key.length).toBeGreaterThan(100);
    const listed = await send<{ endpoints: Endpoint[] }>('GET', '/v1/endpoints');
    expect(JSON.stringify(listed.body) + ringback.logged()).not.toContain('PRIVATE');
  });
});

describe('a new encryption key', () => {
  it('seals the keys of certificates anew, so that the old one can go', async () => {
    const { db, config } = ringback;
    await send('POST', '/v1/upstreams', { name: 'kept', baseUrl: url, tls: own() });
    const ring = [{ id: 'fresh', key: randomBytes(32) }, ...config.encryptionKeys];
    const fresh = makeCipher(ring);
    await rotateKeys(db, { ring, now: Date.now });
    const { rows } = await db.pool.query(`select 'up' as kind, id, tls_key from upstream where tls_key is not null
      union all select 'end', id, tls_key from endpoint where tls_key is not null order by 1`);
    expect(rows.map(({ kind }) => kind)).toEqual(['end', 'up']);
    for (const { kind, id, tls_key: sealed } of rows) {
      expect(fresh.isCurrent(sealed)).toBe(true);
      const context = kind === 'up' ? sealContext.upstreamTls(id) : sealContext.endpointTls(id);
      expect(fresh.open(sealed, context).toString()).toBe(pem('client-key'));
    }
    const used = await findUsedKeys(db, 10);
    for (const table of ['endpoint', 'upstream']) expect(used).toContainEqual({ key_id: 'fresh', table });
  });
});

const wrong: [string, object, string, RegExp][] = [
  ['no PEM', { certificate: 'hello', key: 'x' }, 'tls.certificate', /must be PEM/],
  [
    'a block that is no certificate',
    { certificate: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----', key: 'x' },
    'tls.certificate',
    /no certificate/,
  ],
  ['a certificate without a key', { certificate: pem('client') }, 'tls.key', /is missing/],
  ['a key without a certificate', { key: pem('client-key') }, 'tls.certificate', /is missing/],
  ['the key of another', { certificate: pem('client'), key: pem('client-other-key') }, 'tls.key', /does not belong/],
  ['a key that is none', { certificate: pem('client'), key: 'secret-text' }, 'tls.key', /must be a private key/],
  [
    'a key with a passphrase',
    { certificate: pem('client'), key: '-----BEGIN ENCRYPTED PRIVATE KEY-----' },
    'tls.key',
    /passphrase/,
  ],
  [
    'an expired certificate',
    { certificate: pem('expired'), key: pem('expired-key') },
    'tls.certificate',
    /has expired.+valid until/,
  ],
  ['an expired authority', { ca: pem('expired') }, 'tls.ca', /has expired/],
  ['authorities that are none', { ca: 'none' }, 'tls.ca', /must be PEM/],
  [
    'a key among the certificates',
    { certificate: pem('client') + pem('client-key'), key: pem('client-key') },
    'tls.certificate',
    /belongs into/,
  ],
];

describe('certificates that are wrong are refused at the door:', () => {
  it.each(wrong)('%s', async (_, tls, field, message) => {
    for (const [path, json] of [
      ['/v1/endpoints', { name: 'bad', url: 'https://hooks.example.com/', tls }],
      ['/v1/upstreams', { name: 'bad', baseUrl: 'https://api.example.com/', tls }],
    ] as const) {
      const { status, body } = await send<{ field: string; detail: string }>('POST', path, json);
      expect(status).toBe(400);
      expect(body).toMatchObject({ field, detail: expect.stringMatching(message) });
      expect(JSON.stringify(body)).not.toMatch(/secret-text|PRIVATE KEY-----\\n/);
    }
  });

  it('any with http', async () => {
    const json = { name: 'plain', url: 'http://hooks.example.com/', tls: own() };
    expect((await send<object>('POST', '/v1/endpoints', json)).body).toMatchObject({ field: 'tls' });
  });
});
