import { createPublicKey, randomBytes, verify } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { CreatedEndpoint, RotatedSecret, SecretInfo } from '#src/contract/endpoint/endpoint.ts';
import { parseId } from '#src/domain/text/id.ts';
import { signerOf } from '#src/engine/deliver/signer.ts';
import { renewSeals } from '#src/server/sign-in/first-start.ts';
import { findEndpointsFor } from '#src/store/endpoint/endpoint-rows.ts';
import { makeCipher } from '#src/store/seal/cipher.ts';
import { openEndpointSecrets, sealContext } from '#src/store/seal/sealed-parts.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { endpointCalls, uuidOf } from './endpoint-calls.ts';

let ringback: TestRingback;
let calls: ReturnType<typeof endpointCalls>;
beforeAll(async () => {
  ringback = await startRingback({ worker: false });
  calls = endpointCalls(ringback);
});
afterAll(() => ringback.close());

describe('the secrets of an endpoint', () => {
  it('seals its secret and its headers, those that may be shown too, also from what is sent to it', async () => {
    const token = `tok_${randomBytes(18).toString('base64url')}`;
    const tenant = `${token}-of-nobody-elses-business`;
    const made = await calls.make({
      headers: {
        authorization: `Bearer ${token}`,
        'x-a': { $redacted: { strings: ['k=', ''], values: [token] } },
        'x-tenant': tenant,
      },
    });
    const shown = { authorization: '********', 'x-a': 'k=********', 'x-tenant': tenant };
    expect(made.headers).toEqual(shown);
    const { id } = await calls.ask<{ id: string }>('endpoints.test', { id: made.id });
    expect(await calls.ask('deliveries.get', { id }, true)).toMatchObject({ headers: shown });
    const stored = await calls.everythingOf(made.id);
    for (const form of [...spellings(token), ...spellings(made.secret.slice(6))]) expect(stored).not.toContain(form);
    expect(ringback.logged()).not.toContain(made.secret.slice(6));

    const cipher = makeCipher([...ringback.config.encryptionKeys]);
    const projectId = parseId('prj', ringback.credentials.projectId) ?? '';
    const row = (await findEndpointsFor(ringback.db, projectId, false)).find(({ name }) => name === made.name);
    const opened = cipher.open(row?.sealed ?? Buffer.alloc(0), sealContext.endpointHeaders(uuidOf(made.id)));
    expect(JSON.parse(opened.toString())).toEqual({
      authorization: `Bearer ${token}`,
      'x-a': `k=${token}`,
      'x-tenant': tenant,
    });
  });

  it('seals at a start what was stored before all headers were, and all of them with a new key', async () => {
    const { id } = await calls.make({ headers: { 'x-token': 'secret', 'x-tenant': 'acme' } });
    const cipher = makeCipher([...ringback.config.encryptionKeys]);
    const before = cipher.seal(JSON.stringify({ 'x-token': 'secret' }), sealContext.endpointHeaders(uuidOf(id)));
    await ringback.db.pool.query('update endpoint set headers = $2, sealed = $3 where id = $1', [
      uuidOf(id),
      JSON.stringify({ 'x-token': '********', 'x-tenant': 'acme' }),
      before,
    ]);
    expect(await calls.get(id)).toMatchObject({ headers: { 'x-token': '********', 'x-tenant': 'acme' } });

    await renewSeals(ringback.config);
    expect(await calls.everythingOf(id)).not.toContain('acme');
    expect(await calls.get(id)).toMatchObject({ headers: { 'x-token': '********', 'x-tenant': 'acme' } });
    expect(await calls.openedHeaders(id)).toEqual({ 'x-token': 'secret', 'x-tenant': 'acme' });

    const newKey = { id: 'newer', key: randomBytes(32) };
    await renewSeals({ ...ringback.config, encryptionKeys: [newKey, ...ringback.config.encryptionKeys] });
    const { sealed } = await calls.rowOf(id);
    const opened = makeCipher([newKey]).open(sealed ?? Buffer.alloc(0), sealContext.endpointHeaders(uuidOf(id)));
    expect(JSON.parse(opened.toString())).toEqual({ 'x-token': 'secret', 'x-tenant': 'acme' });
    // What else this file asks knows the older key only.
    await calls.ask('endpoints.delete', { id });
    await renewSeals({ ...ringback.config, encryptionKeys: [...ringback.config.encryptionKeys, newKey] });
  });

  it('seals at a start a URL that was stored with its credential', async () => {
    const { id } = await calls.make({ url: 'https://hooks.example.com/in?token=url-token-1&see=it' });
    await ringback.db.pool.query('update endpoint set url = $2, sealed = null where id = $1', [
      uuidOf(id),
      'https://hooks.example.com/in?token=url-token-1&see=it',
    ]);
    await renewSeals(ringback.config);
    expect(await calls.everythingOf(id)).not.toContain('url-token-1');
    expect((await calls.get(id)).url).toBe('https://hooks.example.com/in?token=********&see=it');
    const cipher = makeCipher([...ringback.config.encryptionKeys]);
    const opened = openEndpointSecrets(cipher, uuidOf(id), (await calls.rowOf(id)).sealed ?? Buffer.alloc(0));
    expect(opened).toEqual({ url: 'https://hooks.example.com/in?token=url-token-1&see=it', headers: {} });
  });

  it('of a deleted endpoint keeps no value, only the names', async () => {
    const made = await calls.make({ headers: { 'x-tenant': 'acme', 'x-token': 'secret' } });
    const { id } = await calls.ask<{ id: string }>('endpoints.test', { id: made.id });
    await calls.ask('endpoints.delete', { id: made.id });
    const headers = { 'x-tenant': '********', 'x-token': '********' };
    expect(await calls.ask('deliveries.get', { id }, true)).toMatchObject({ headers });
    expect(await calls.everythingOf(made.id)).not.toContain('acme');
  });

  it('with v1a answers the public key, and the private one never', async () => {
    const made = await calls.make<CreatedEndpoint & { signing: 'v1a' }>({ signing: 'v1a' });
    expect(made).not.toHaveProperty('secret');
    expect(JSON.stringify(made)).not.toContain('whsk_');
    expect(await calls.secretsOf(made.id)).toMatchObject([{ kind: 'v1a' }]);

    const { rows } = await ringback.db.pool.query(
      'select id, kind, sealed from webhook_secret where endpoint_id = $1',
      [uuidOf(made.id)],
    );
    const [{ id, kind, sealed }] = rows as [{ id: string; kind: 'v1a'; sealed: Buffer }];
    const plain = makeCipher([...ringback.config.encryptionKeys])
      .open(sealed, sealContext.webhookSecret(id))
      .toString();
    expect(plain).toMatch(/^whsk_[A-Za-z0-9+/]{86}==$/);
    const publicBytes = Buffer.from(made.publicKey.replace('whpk_', ''), 'base64');
    expect(Buffer.from(plain.slice(5), 'base64').subarray(32)).toEqual(publicBytes);
    const publicKey = createPublicKey({
      key: { kty: 'OKP', crv: 'Ed25519', x: publicBytes.toString('base64url') },
      format: 'jwk',
    });
    const content = Buffer.from('evt_1.1700000000.{}');
    const { signature } = signerOf(kind, plain)(content);
    expect(verify(null, content, publicKey, Buffer.from(signature, 'base64'))).toBe(true);
  });
});

describe('rotating a secret', () => {
  it('lets the old one sign until exactly the overlap is over, by the clock of the database', async () => {
    const { id, secret } = await calls.make();
    const [old] = await calls.secretsOf(id);
    const rotated = await calls.ask<RotatedSecret & { secret: string }>('endpoints.rotateSecret', {
      id,
      overlapSeconds: 1,
    });
    expect(rotated.secret).toMatch(/^whsec_/);
    expect(rotated.secret).not.toBe(secret);
    expect(rotated.secrets.map((one) => [one.id === old?.id, one.expiresAt === null])).toEqual([
      [false, true],
      [true, false],
    ]);
    const { rows } = await ringback.db.pool.query(
      `select extract(epoch from o.expires_at - n.created_at)::float8 as seconds
       from webhook_secret o, webhook_secret n where o.id = $1 and n.id = $2`,
      [old?.id, rotated.secrets[0]?.id],
    );
    const [{ seconds }] = rows as [{ seconds: number }];
    expect(seconds).toBeGreaterThan(0.5);
    expect(seconds).toBeLessThanOrEqual(1);
    const expiresAt = rotated.secrets[1]?.expiresAt;
    const seen = await vi.waitUntil(
      async () => {
        const before = await databaseNow();
        const live = await calls.secretsOf(id);
        const after = await databaseNow();
        const isListed = live.some((one) => one.id === old?.id);
        if (isListed) expect(before).toBeLessThan(Date.parse(expiresAt ?? '') + 1);
        else expect(after).toBeGreaterThanOrEqual(Date.parse(expiresAt ?? ''));
        return isListed ? null : live;
      },
      { timeout: 10_000, interval: 20 },
    );
    expect(seen).toMatchObject([{ id: rotated.secrets[0]?.id, expiresAt: null }]);
  });

  it('never gives an old one more time than it had', async () => {
    const { id } = await calls.make();
    const first = await calls.ask<RotatedSecret>('endpoints.rotateSecret', { id, overlapSeconds: 600 });
    const second = await calls.ask<RotatedSecret>('endpoints.rotateSecret', { id, overlapSeconds: '1h' });
    expect(second.secrets[2]).toEqual(first.secrets[1]);
    expect(second.secrets).toHaveLength(3);
    const third = await calls.ask<RotatedSecret>('endpoints.rotateSecret', { id, overlapSeconds: 60 });
    const ends = third.secrets.slice(1).map((one) => Date.parse(one.expiresAt ?? ''));
    expect(new Set(ends).size).toBe(1);
  });

  it('leaves none of the old ones when the overlap is nothing', async () => {
    const { id } = await calls.make();
    await calls.ask('endpoints.rotateSecret', { id });
    const { secrets } = await calls.ask<RotatedSecret>('endpoints.rotateSecret', { id, overlapSeconds: 0 });
    expect(secrets).toHaveLength(1);
    expect(await calls.secretsOf(id)).toEqual(secrets);
  });

  it('keeps at most ten alive, the newest, also when all come at once', async () => {
    const { id } = await calls.make();
    const made = await Promise.all(
      Array.from({ length: 14 }, () => calls.ask<RotatedSecret>('endpoints.rotateSecret', { id })),
    );
    const live = await calls.secretsOf(id);
    expect(live).toHaveLength(10);
    expect(live.filter((one) => one.expiresAt === null)).toHaveLength(1);
    expect(Math.max(...made.map(({ secrets }) => secrets.length))).toBe(10);
    const { secrets } = await calls.ask<RotatedSecret>('endpoints.rotateSecret', { id });
    expect(secrets.slice(1).map((one) => one.id)).toEqual(live.slice(0, 9).map((one) => one.id));
    expect(await calls.secretsOf(id)).toEqual(secrets);
  });

  it('may change how deliveries are signed, which then stays', async () => {
    const { id } = await calls.make();
    const rotated = await calls.ask<RotatedSecret>('endpoints.rotateSecret', { id, signing: 'v1a' });
    expect(rotated).toMatchObject({ signing: 'v1a', publicKey: expect.stringMatching(/^whpk_[A-Za-z0-9+/]{43}=$/) });
    expect(rotated.secrets.map((one) => one.kind)).toEqual(['v1a', 'v1']);
    const again = await calls.ask<RotatedSecret>('endpoints.rotateSecret', { id });
    expect(again.secrets.map((one) => one.kind)).toEqual(['v1a', 'v1a', 'v1']);
  });

  it('of the project works the same, and touches no endpoint', async () => {
    const { id } = await calls.make();
    const before = (await calls.ask<{ secrets: SecretInfo[] }>('project.webhookSecrets', undefined, true)).secrets;
    expect(before).toHaveLength(1);
    const rotated = await calls.ask<RotatedSecret & { secret: string }>('project.rotateWebhookSecret', {});
    expect(rotated.secret).toMatch(/^whsec_/);
    expect(rotated.secrets.map((one) => one.id)).toEqual([expect.any(String), before[0]?.id]);
    const [, old] = rotated.secrets;
    const dayMs = 86_400_000;
    expect(Math.abs(Date.parse(old?.expiresAt ?? '') - (await databaseNow()) - dayMs)).toBeLessThan(30_000);
    expect(await calls.secretsOf(id)).toMatchObject([{ expiresAt: null }]);
    const refused = await calls.refusal('project.rotateWebhookSecret', { signing: 'v1a' });
    expect(refused).toMatchObject({ code: 'unknown_field', field: 'signing' });
  });
});

describe('the project’s own secrets over REST', () => {
  const rest = (method: string, path: string, options: object = {}) =>
    ringback.rest(method, `/v1/project/${path}`, options);
  const live = async () => ((await (await rest('GET', 'webhook-secrets')).json()) as { secrets: SecretInfo[] }).secrets;

  it('are listed without values and exchanged with an overlap', async () => {
    const before = await live();
    expect(JSON.stringify(before)).not.toContain('whsec_');
    const response = await rest('POST', 'rotate-webhook-secret', { json: { overlapSeconds: '1h' } });
    expect(response.status).toBe(200);
    const rotated = (await response.json()) as RotatedSecret & { secret: string };
    expect(rotated).toMatchObject({ signing: 'v1', secret: expect.stringMatching(/^whsec_/) });
    expect(rotated.secrets).toHaveLength(before.length + 1);
    expect(await live()).toEqual(rotated.secrets);
    expect(rotated.secrets.slice(1).every((one) => one.expiresAt !== null)).toBe(true);
  });

  it('need no body, and end at once without an overlap', async () => {
    expect((await rest('POST', 'rotate-webhook-secret')).status).toBe(200);
    const response = await rest('POST', 'rotate-webhook-secret', { json: { overlapSeconds: 0 } });
    const { secrets } = (await response.json()) as RotatedSecret;
    expect(secrets).toMatchObject([{ expiresAt: null }]);
    expect(await live()).toEqual(secrets);
  });

  it('are for administrators, and take no wrong input', async () => {
    const before = await live();
    const { secret: key } = await calls.ask<{ secret: string }>('apiKeys.create', {
      name: 'lesser',
      scopes: ['jobs:write', 'callbacks:admin'],
    });
    for (const given of [{ key }, { key: null }]) {
      const status = given.key === null ? 401 : 403;
      expect((await rest('GET', 'webhook-secrets', given)).status).toBe(status);
      expect((await rest('POST', 'rotate-webhook-secret', { ...given, json: {} })).status).toBe(status);
    }
    const wrong = [{ signing: 'v1a' }, { overlapSeconds: '8d' }, { overlapSeconds: -1 }, { other: 1 }, [], 'x'];
    for (const json of wrong) expect((await rest('POST', 'rotate-webhook-secret', { json })).status).toBe(400);
    expect((await rest('GET', 'rotate-webhook-secret')).status).toBe(405);
    expect(await live()).toEqual(before);
  });
});

async function databaseNow(): Promise<number> {
  const { rows } = await ringback.db.pool.query('select extract(epoch from clock_timestamp())::float8 * 1000 as ms');
  return (rows[0] as { ms: number }).ms;
}

function spellings(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [secret, bytes.toString('base64').replace(/=+$/, ''), bytes.toString('hex'), encodeURIComponent(secret)];
}
