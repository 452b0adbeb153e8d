import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { SubmittedJob } from '#src/contract/job/job.ts';
import type { ApiKey } from '#src/contract/project/scope.ts';
import { makeLog } from '#src/log.ts';
import { runWeb } from '#src/server/web-process.ts';
import { freePort } from '#test/support/free-port.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { testPace } from '#test/support/test-pace.ts';

let ringback: TestRingback;
beforeAll(async () => {
  ringback = await startRingback({ worker: false });
});
afterAll(() => ringback.close());

const job = { url: 'http://127.0.0.1:59999/never' };

async function makeKey(scopes: string[]): Promise<{ key: ApiKey; secret: string }> {
  return (await ringback.call<{ key: ApiKey; secret: string }>('apiKeys.create', { name: 'test', scopes })).body.result
    .data;
}

describe('API keys', () => {
  it('are shown once and stored as a hash', async () => {
    const { key, secret } = await makeKey(['jobs:read']);
    expect(secret).toMatch(/^rbk_[0-9A-Za-z]{43}$/);
    const { body } = await ringback.call<{ keys: ApiKey[] }>('apiKeys.list', undefined, { query: true });
    expect(JSON.stringify(body)).not.toContain(secret);
    expect(body.result.data.keys).toContainEqual(
      expect.objectContaining({ id: key.id, hint: secret.slice(-4), scopes: ['jobs:read'] }),
    );
    const { rows } = await ringback.db.pool.query('select hash from api_key where hint = $1', [secret.slice(-4)]);
    expect(rows[0].hash).toEqual(createHash('sha256').update(secret).digest());
  });

  it('are refused when missing, wrong or malformed', async () => {
    for (const [key, code] of [
      [null, 'unauthorized'],
      ['rbk_wrong', 'unauthorized'],
      ['sk-other', 'unauthorized'],
    ] as const) {
      const trpc = await ringback.call('jobs.submit', job, { key });
      expect([trpc.status, trpc.body.error.data.code]).toEqual([401, code]);
      const rest = await ringback.rest('POST', '/v1/jobs', { json: job, key });
      expect([rest.status, ((await rest.json()) as { code: string }).code]).toEqual([401, code]);
      expect(rest.headers.get('www-authenticate')).toBe('Bearer');
    }
  });

  it('hold no longer once revoked', async () => {
    const { key, secret } = await makeKey(['jobs:write']);
    expect((await ringback.call('jobs.submit', job, { key: secret })).status).toBe(200);
    expect((await ringback.call<ApiKey>('apiKeys.revoke', { id: key.id })).body.result.data.revokedAt).not.toBeNull();
    const refused = await ringback.call('jobs.submit', job, { key: secret });
    expect([refused.status, refused.body.error.data.code]).toEqual([401, 'key_revoked']);
  });

  it('hold no longer at another web process that has just seen them', async () => {
    const port = await freePort();
    const config = { ...ringback.config, port, url: `http://localhost:${port}` };
    const log = makeLog({ logLevel: 'silent', logFormat: 'json' });
    const other = await runWeb(config, log, { dashboard: false, pace: testPace });
    onTestFinished(() => other.stop());
    const { key, secret } = await makeKey(['jobs:read']);
    const statusAtOther = async () =>
      (await fetch(`${config.url}/v1/jobs`, { headers: { authorization: `Bearer ${secret}` } })).status;
    expect(await statusAtOther()).toBe(200);
    await ringback.call('apiKeys.revoke', { id: key.id });
    await expect.poll(statusAtOther).toBe(401);
  });

  it('do only what their scopes say', async () => {
    const reader = (await makeKey(['jobs:read'])).secret;
    const writer = (await makeKey(['jobs:write'])).secret;
    const refused = await ringback.call('jobs.submit', job, { key: reader });
    expect([refused.status, refused.body.error.data.code]).toEqual([403, 'missing_scope']);
    expect(refused.body.error.message).toContain('jobs:write');
    const submitted = await ringback.call<SubmittedJob>('jobs.submit', job, { key: writer });
    const { id } = submitted.body.result.data;
    expect((await ringback.call('jobs.get', { id }, { key: reader, query: true })).status).toBe(200);
    expect((await ringback.call('jobs.get', { id }, { key: writer, query: true })).status).toBe(200);
    expect((await ringback.call('apiKeys.list', undefined, { key: writer, query: true })).status).toBe(403);
    expect((await ringback.rest('POST', `/v1/jobs/${id}/cancel`, { key: reader })).status).toBe(403);
  });

  it('of one project see nothing of another', async () => {
    const submitted = await ringback.call<SubmittedJob>('jobs.submit', job);
    const { id } = submitted.body.result.data;
    const other = await otherProjectKey();
    expect((await ringback.call('jobs.get', { id }, { key: other, query: true })).body.error.data.code).toBe(
      'not_found',
    );
    expect((await ringback.call('jobs.cancel', { id }, { key: other })).body.error.data.code).toBe('not_found');
    expect((await ringback.call('jobs.attempts', { id }, { key: other, query: true })).body.error.data.code).toBe(
      'not_found',
    );
    expect((await ringback.call('jobs.rerun', { id }, { key: other })).body.error.data.code).toBe('not_found');
    const list = await ringback.call<{ jobs: unknown[] }>('jobs.list', {}, { key: other, query: true });
    expect(list.body.result.data.jobs).toEqual([]);
  });
});

async function otherProjectKey(): Promise<string> {
  const secret = 'rbk_otherProjectotherProjectotherProjectotherProject';
  await ringback.db.pool.query(
    `insert into project (id, name) values ('00000000-0000-7000-8000-000000000001', 'other') on conflict do nothing`,
  );
  await ringback.db.pool.query(
    `insert into api_key (id, project_id, name, hash, hint, scopes)
     values (gen_random_uuid(), '00000000-0000-7000-8000-000000000001', 'other', $1, 'ject', '{admin}')`,
    [createHash('sha256').update(secret).digest()],
  );
  return secret;
}
