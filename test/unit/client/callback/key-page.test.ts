import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { handleCallback, verifyCallback } from '#src/client/index.ts';

type Pair = { privateKey: KeyObject; jwk: object };

function makePair(): Pair {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return { privateKey, jwk: { ...publicKey.export({ format: 'jwk' }), use: 'sig', kid: 'k' } };
}

let server: Server;
let reads = 0;
let answer: { status: number; body: string } = { status: 200, body: '' };
let count = 0;
beforeAll(async () => {
  server = createServer((_request, response) => {
    reads += 1;
    response.writeHead(answer.status, { location: '/elsewhere' }).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => {
  vi.restoreAllMocks();
  reads = 0;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

/** A page that nobody has read yet. */
const freshPage = () => ({ jwks: `http://127.0.0.1:${(server.address() as AddressInfo).port}/${++count}` });
const serve = (...pairs: Pair[]) => {
  answer = { status: 200, body: JSON.stringify({ keys: pairs.map(({ jwk }) => jwk) }) };
};

function signed({ privateKey }: Pair) {
  const body = JSON.stringify({ type: 'job.completed', timestamp: 't', data: {} });
  const at = Math.floor(Date.now() / 1_000);
  const signature = sign(null, Buffer.from(`evt_1.${at}.${body}`), privateKey).toString('base64');
  const headers = { 'webhook-id': 'evt_1', 'webhook-timestamp': String(at), 'webhook-signature': `v1a,${signature}` };
  return { headers, body };
}

const verdict = (pair: Pair, page: { jwks: string }) =>
  verifyCallback(signed(pair), page).then(
    () => 'believed',
    ({ code }: { code: string }) => code,
  );

/** Moves the clock of the kept keys. */
function later(ms: number): void {
  const at = performance.now() + ms;
  vi.spyOn(performance, 'now').mockImplementation(() => at);
}

const [one, two] = [makePair(), makePair()];

it('is read once for many callbacks', async () => {
  serve(one);
  const page = freshPage();
  const verdicts = await Promise.all([verdict(one, page), verdict(one, page), verdict(one, page)]);
  expect([...verdicts, await verdict(one, page)]).toEqual(['believed', 'believed', 'believed', 'believed']);
  expect(reads).toBe(1);
});

it('is read again for a key that is not known, at most every ten seconds', async () => {
  serve(one);
  const page = freshPage();
  await verdict(one, page);
  serve(one, two);
  expect(await verdict(two, page)).toBe('no_matching_signature');
  expect(reads).toBe(1);
  later(11_000);
  expect(await verdict(two, page)).toBe('believed');
  for (let strangers = 0; strangers < 5; strangers++)
    expect(await verdict(makePair(), page)).toBe('no_matching_signature');
  expect(reads).toBe(2);
});

it('ends the trust in a key that it no longer has, after five minutes', async () => {
  serve(one);
  const page = freshPage();
  await verdict(one, page);
  serve(two);
  later(301_000);
  expect(await verdict(one, page)).toBe('no_matching_signature');
});

it('that cannot be read leaves the keys as they are for an hour', async () => {
  serve(one);
  const page = freshPage();
  await verdict(one, page);
  answer = { status: 503, body: '' };
  later(3_000_000);
  expect(await verdict(one, page)).toBe('believed');
  later(700_000);
  expect(await verdict(one, page)).toBe('keys_unavailable');
});

it('that was never read is a fault of the receiver, so that the sender tries again', async () => {
  const errors: unknown[] = [];
  for (const wrong of [
    { status: 302, body: '' },
    { status: 200, body: 'no JSON' },
  ]) {
    answer = wrong;
    const options = { secrets: freshPage(), on: {}, onError: (error: unknown) => errors.push(error) };
    expect(await handleCallback(signed(one), options, null)).toMatchObject({ status: 500 });
  }
  expect(errors).toMatchObject([{ code: 'keys_unavailable' }, { code: 'keys_unavailable' }]);
});

it('may have keys of other kinds, which are left out', async () => {
  const others = [{ kty: 'RSA', n: 'x', e: 'AQAB' }, null, { kty: 'OKP', crv: 'Ed25519', x: 'short' }];
  answer = { status: 200, body: JSON.stringify({ keys: [...others, { ...one.jwk, use: 'enc' }, two.jwk] }) };
  const page = freshPage();
  expect(await verdict(one, page)).toBe('no_matching_signature');
  expect(await verdict(two, page)).toBe('believed');
});
