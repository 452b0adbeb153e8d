import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { verifyCallback } from '#src/client/index.ts';
import type { PublicKeyPage, RotatedSigningKey, SigningKeys } from '#src/contract/endpoint/signing-key-schemas.ts';
import { makeLog } from '#src/log.ts';
import { firstStart } from '#src/server/sign-in/first-start.ts';
import { type Received, type Receiver, startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { startTarget, type Target } from '#test/support/target-server.ts';

let ringback: TestRingback;
let receiver: Receiver;
let target: Target;

beforeAll(async () => {
  [ringback, receiver, target] = await Promise.all([startRingback(), startReceiver(), startTarget()]);
});
afterEach(async () => {
  await ringback.db.pool.query(`delete from webhook_secret where kind = 'v1a'`);
  await settleCaches();
  receiver.received.length = 0;
});
afterAll(async () => {
  await ringback.close();
  await Promise.all([receiver.close(), target.close()]);
});

/** Signers and pages of keys are read anew after two seconds. */
const settleCaches = () => ringback.db.pool.query('select pg_sleep(2.1)');

async function rotate(overlapSeconds?: number): Promise<RotatedSigningKey> {
  const json = overlapSeconds === undefined ? {} : { overlapSeconds };
  const made = await ringback.rest('POST', '/v1/project/rotate-signing-key', { json });
  expect(made.status).toBe(200);
  await settleCaches();
  return (await made.json()) as RotatedSigningKey;
}

/** Has a job told to the receiver, and returns the callback. */
async function told(): Promise<Received> {
  const before = receiver.received.length;
  const { body } = await ringback.call('jobs.submit', { url: `${target.url}/json`, callback: receiver.url });
  expect(body).toHaveProperty('result');
  return (await receiver.waitFor(before + 1))[before] as Received;
}

const pageAt = async (url: string) => (await (await fetch(url)).json()) as PublicKeyPage;
const versions = ({ headers }: Received) =>
  String(headers['webhook-signature'])
    .split(' ')
    .map((entry) => entry.split(',')[0]);
const typeOf = async (hook: Received, secrets: Parameters<typeof verifyCallback>[1]) =>
  verifyCallback({ headers: hook.headers, body: hook.body }, secrets).then(
    ({ type }) => type,
    ({ code }: { code: string }) => code,
  );

it('a project without a key signs by its secret alone, and its page is empty', async () => {
  const answer = await ringback.rest('GET', '/v1/project/signing-keys');
  const { jwksUrl, secrets } = (await answer.json()) as SigningKeys;
  expect(secrets).toEqual([]);
  expect(await pageAt(jwksUrl)).toEqual({ keys: [] });
  expect(versions(await told())).toEqual(['v1']);
});

it('a receiver verifies by the URL of the page alone, and others by the secret as before', async () => {
  const { jwksUrl, publicKey, secrets } = await rotate();
  const hook = await told();
  expect(versions(hook).sort()).toEqual(['v1', 'v1a']);
  expect(await typeOf(hook, { jwks: jwksUrl })).toBe('job.completed');
  expect(await typeOf(hook, () => ({ jwks: new URL(jwksUrl) }))).toBe('job.completed');
  expect(await typeOf(hook, publicKey)).toBe('job.completed');
  expect(await typeOf(hook, ringback.credentials.webhookSecret)).toBe('job.completed');
  const changed = { ...hook, body: Buffer.from(hook.body.toString().replace('job.completed', 'job.cancelled')) };
  expect(await typeOf(changed, { jwks: jwksUrl })).toBe('no_matching_signature');
  expect(secrets).toMatchObject([{ kind: 'v1a', revealable: false, expiresAt: null }]);
});

it('the page needs no key, may be kept, and shows no private half', async () => {
  const { jwksUrl, publicKey, secrets } = await rotate();
  const answer = await fetch(jwksUrl);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('application/jwk-set+json');
  expect(answer.headers.get('cache-control')).toBe('public, max-age=300');
  const x = Buffer.from(publicKey.replace('whpk_', ''), 'base64').toString('base64url');
  const key = { kty: 'OKP', crv: 'Ed25519', alg: 'EdDSA', use: 'sig', kid: secrets[0]?.id, x };
  expect(await answer.json()).toEqual({ keys: [key] });
  expect((await fetch(jwksUrl, { method: 'POST' })).status).toBe(405);
  expect((await fetch(jwksUrl.replace(/prj_\w+/, 'prj_nothing'))).status).toBe(404);
});

it('while a key is exchanged, both sign and both are on the page; afterwards the old one is gone', async () => {
  const first = await rotate();
  const stale = { jwks: `${first.jwksUrl}?stale` };
  expect(await typeOf(await told(), stale)).toBe('job.completed');
  const second = await rotate();
  expect(second.secrets).toMatchObject([{ expiresAt: null }, { expiresAt: expect.any(String) }]);
  const day = Date.parse(second.secrets[1]?.expiresAt ?? '') - Date.now();
  expect(day).toBeGreaterThan(86_000_000);
  expect((await pageAt(first.jwksUrl)).keys).toHaveLength(2);
  const both = await told();
  expect(versions(both).sort()).toEqual(['v1', 'v1a', 'v1a']);
  for (const key of [first.publicKey, second.publicKey]) expect(await typeOf(both, key)).toBe('job.completed');
  // These keys were read before the second one was made.
  expect(await typeOf(both, stale)).toBe('job.completed');

  const third = await rotate(0);
  expect((await pageAt(first.jwksUrl)).keys).toMatchObject([{ kid: third.secrets[0]?.id }]);
  const alone = await told();
  expect(await typeOf(alone, third.publicKey)).toBe('job.completed');
  expect(await typeOf(alone, first.publicKey)).toBe('no_matching_signature');
});

it('keys and secrets are rotated each by itself, and the end of the last key turns v1a off', async () => {
  const { secrets } = await rotate();
  const shared = await ringback.rest('POST', '/v1/project/rotate-webhook-secret', { json: { overlapSeconds: 0 } });
  const { secret, secrets: left } = (await shared.json()) as { secret: string; secrets: object[] };
  expect(left).toMatchObject([{ kind: 'v1' }]);
  await rotate();
  // What a first start writes for developers is the shared secret, also when a key is newer.
  const file = join(ringback.config.dataDir, 'credentials.json');
  await rm(file);
  await firstStart(ringback.config, makeLog(ringback.config, { write: () => undefined }));
  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ webhookSecret: secret });
  await settleCaches();
  const hook = await told();
  expect(versions(hook).sort()).toEqual(['v1', 'v1a', 'v1a']);
  expect(await typeOf(hook, secret)).toBe('job.completed');
  const old = { secretId: secrets[0]?.id };
  expect((await ringback.rest('POST', '/v1/project/end-webhook-secret', { json: old })).status).toBe(404);
  const ended = await ringback.rest('POST', '/v1/project/end-signing-key', { json: old });
  const { secrets: newest } = (await ended.json()) as SigningKeys;
  expect(newest).toHaveLength(1);
  await ringback.rest('POST', '/v1/project/end-signing-key', { json: { secretId: newest[0]?.id } });
  await settleCaches();
  expect(versions(await told())).toEqual(['v1']);
});

it('an endpoint that signs v1a has a page of its own', async () => {
  const { body } = await ringback.call<{ id: string; publicKey: string }>('endpoints.create', {
    ...{ name: 'keys', url: receiver.url, projectWide: true, signing: 'v1a' },
  });
  const { id, publicKey } = body.result.data;
  await settleCaches();
  await ringback.call('jobs.submit', { url: `${target.url}/json` });
  const [hook] = (await receiver.waitFor(1)) as [Received];
  const url = `${ringback.url}/.well-known/ringback/${id}/jwks.json`;
  expect((await pageAt(url)).keys).toMatchObject([
    { x: Buffer.from(publicKey.replace('whpk_', ''), 'base64').toString('base64url') },
  ]);
  expect(await typeOf(hook, { jwks: url })).toBe('job.completed');
  await ringback.rest('DELETE', `/v1/endpoints/${id}`);
});
