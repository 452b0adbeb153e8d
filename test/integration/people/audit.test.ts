import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Endpoint } from '#src/contract/endpoint/endpoint.ts';
import type { SubmittedJob } from '#src/contract/job/job.ts';
import type { AuditEntry, AuditPage } from '#src/contract/project/people.ts';
import { formatId, parseId } from '#src/domain/text/id.ts';
import { uuidV7 } from '#src/domain/text/uuid.ts';
import { retain } from '#src/engine/retain/retain.ts';
import { makeLog } from '#src/log.ts';
import type { Actor } from '#src/server/call/actor.ts';
import type { Context } from '#src/server/call/context.ts';
import { procedure, router } from '#src/server/call/procedure.ts';
import { makeServerDeps } from '#src/server/web-process.ts';
import { addPerson, administrator, type Person, signIn } from '#test/support/people.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';

let ringback: TestRingback;
let owner: Record<string, string>;
beforeAll(async () => {
  ringback = await startRingback({ worker: false });
  owner = { cookie: await signIn(ringback, administrator(ringback)), origin: ringback.url };
});
afterAll(() => ringback.close());

const target = 'http://127.0.0.1:59999/';
const job = { url: `${target}?token=s3cret`, delaySeconds: 3_600, headers: { authorization: 'Bearer s3cret' } };
const asOwner = <T = Record<string, never>>(path: string, input: unknown) =>
  ringback.call<T>(path, input, { key: null, headers: owner });
const log = async (input: object = {}): Promise<AuditEntry[]> =>
  (await ringback.call<AuditPage>('audit.list', { limit: 100, ...input }, { query: true })).body.result.data.entries;
const newest = async (input: object = {}) => (await log({ ...input, limit: 1 }))[0];

describe('a change', () => {
  it('is recorded with who, what, on what, and from where', async () => {
    const name = `n${randomUUID()}`;
    const made = (await asOwner<Endpoint>('endpoints.create', { name, url: `${target}hooks/s3cret` })).body.result.data;
    expect(await newest({ action: 'endpoints.' })).toEqual({
      id: expect.any(String),
      at: expect.any(String),
      actor: { kind: 'user', id: expect.any(String), name: administrator(ringback).email },
      action: 'endpoints.create',
      target: made.id,
      detail: { name, url: `${target}…` },
      peer: '127.0.0.1',
    });
    await ringback.call('endpoints.disable', { id: made.id });
    expect(await newest({ target: made.id })).toMatchObject({
      actor: { kind: 'key', id: expect.stringMatching(/^key_/), name: 'first key' },
      action: 'endpoints.disable',
    });
  });

  it('over REST is recorded under the same name', async () => {
    const name = `n${randomUUID()}`;
    const made = await ringback.rest('POST', '/v1/endpoints', { json: { name, url: target } });
    const { id } = (await made.json()) as Endpoint;
    expect(await newest()).toMatchObject({ action: 'endpoints.create', target: id, detail: { name } });
    await ringback.rest('PATCH', `/v1/endpoints/${id}`, { json: { rate: 2, headers: { authorization: 's3cret' } } });
    expect(await newest()).toMatchObject({
      action: 'endpoints.update',
      target: id,
      detail: { id, rate: 2, headers: '…' },
    });
    await ringback.rest('DELETE', `/v1/endpoints/${id}`);
    expect(await newest()).toMatchObject({ action: 'endpoints.delete', target: id, detail: { id } });
  });

  it('that was refused is none', async () => {
    const before = (await log()).length;
    expect((await asOwner('endpoints.delete', { id: 'end_none' })).status).toBe(404);
    expect((await ringback.rest('POST', '/v1/endpoints', { json: {} })).status).toBe(400);
    expect((await log()).length).toBe(before);
  });

  it('to a job is recorded when a person makes it; what keys do, the job records', async () => {
    const before = (await log({ action: 'jobs.' })).length;
    const byKey = (await ringback.call<SubmittedJob>('jobs.submit', job)).body.result.data.id;
    await ringback.rest('POST', `/v1/jobs/${byKey}/cancel`);
    await ringback.call('jobs.submitMany', { jobs: [job, job] });
    expect((await log({ action: 'jobs.' })).length).toBe(before);

    const byPerson = (await asOwner<SubmittedJob>('jobs.submit', job)).body.result.data.id;
    expect(await newest({ action: 'jobs.' })).toMatchObject({ action: 'jobs.submit', target: byPerson });
    await ringback.rest('POST', `/v1/jobs/${byPerson}/cancel`, { key: null, headers: owner });
    expect(await newest({ action: 'jobs.' })).toMatchObject({ action: 'jobs.cancel', target: byPerson });
    await asOwner('jobs.submitMany', { jobs: [job, job] });
    expect(await newest({ action: 'jobs.' })).toMatchObject({ action: 'jobs.submitMany', detail: { jobs: '2 × …' } });
  });

  it('is recorded without any secret, of what came in and of what went out', async () => {
    const secrets: string[] = ['s3cret'];
    const key = await asOwner<{ secret: string }>('apiKeys.create', { name: 'k', scopes: ['jobs:read'] });
    secrets.push(key.body.result.data.secret);
    const invited = await asOwner<{ url: string }>('members.invite', { email: 'who@example.com', role: 'viewer' });
    secrets.push(new URL(invited.body.result.data.url).searchParams.get('token') ?? '');
    const rotated = await asOwner<{ secret: string }>('project.rotateWebhookSecret', {});
    secrets.push(rotated.body.result.data.secret);
    await asOwner('account.changePassword', { current: 'not the s3cret one', next: 'another s3cret one' });
    await asOwner('jobs.submit', { ...job, json: { a: 's3cret' }, metadata: { b: 's3cret' } });
    const { rows } = await ringback.db.pool.query<{ text: string }>('select a::text as text from audit_entry a');
    const kept = rows.map(({ text }) => text).join('\n');
    expect(kept).toContain('apiKeys.create');
    for (const secret of secrets) {
      expect(secret.length).toBeGreaterThan(5);
      expect(kept).not.toContain(secret);
    }
  });
});

describe('signing in and out', () => {
  const auth = (path: string, json: object, headers: Record<string, string> = {}) =>
    ringback.rest('POST', `/api/auth/${path}`, { key: null, json, headers: { origin: ringback.url, ...headers } });

  it('is recorded, and so is a try that failed, under the account it was made at', async () => {
    const person = await addPerson(ringback, { role: 'viewer' });
    const of = (one: Person) => log({ actorId: one.id });
    await auth('sign-in/email', { email: person.email.toUpperCase(), password: 'a wrong s3cret' });
    const cookie = await signIn(ringback, person);
    await auth('sign-out', {}, { cookie });
    expect((await of(person)).map(({ action, peer }) => [action, peer])).toEqual([
      ['session.signOut', '127.0.0.1'],
      ['session.signIn', '127.0.0.1'],
      ['session.signInFailed', '127.0.0.1'],
    ]);
  });

  it('of somebody unknown is recorded without what was typed', async () => {
    await auth('sign-in/email', { email: 'my-password@example.com', password: 'x'.repeat(12) });
    expect(await newest({ action: 'session.signInFailed' })).toMatchObject({ actor: { kind: 'system' }, detail: null });
    expect(JSON.stringify(await log())).not.toContain('my-password');
  });

  it('of people elsewhere is not shown here', async () => {
    const elsewhere = randomUUID();
    await ringback.db.pool.query(`insert into project (id, name) values ($1, 'elsewhere')`, [elsewhere]);
    const person = await addPerson(ringback, { projectId: elsewhere, role: 'owner' });
    const cookie = await signIn(ringback, person);
    expect(await log({ actorId: person.id })).toEqual([]);
    const own = await ringback.call<AuditPage>(
      'audit.list',
      { actorId: person.id },
      { key: null, query: true, headers: { cookie } },
    );
    expect(own.body.result.data.entries.map(({ action }) => action)).toEqual(['session.signIn']);
  });
});

describe('the log', () => {
  it('is read page by page, and by action, actor, target and time', async () => {
    const all = await log();
    const seen: string[] = [];
    let cursor: string | null | undefined;
    while (cursor !== null) {
      const input = { limit: 3, ...(cursor ? { cursor } : {}) };
      const { body } = await ringback.call<AuditPage>('audit.list', input, { query: true });
      seen.push(...body.result.data.entries.map(({ id }) => id));
      cursor = body.result.data.nextCursor;
    }
    expect(all.length).toBeGreaterThan(6);
    expect(seen).toEqual(all.map(({ id }) => id));
    const [one] = await log({ action: 'apiKeys.create' });
    expect(await log({ from: one?.at, to: one?.at })).toEqual([]);
    expect((await log({ from: one?.at, action: 'apiKeys.' })).map(({ id }) => id)).toContain(one?.id);
    expect((await log({ action: 'endpoints.' })).every(({ action }) => action.startsWith('endpoints.'))).toBe(true);
    const bad = await ringback.call('audit.list', { cursor: 'x' }, { query: true });
    expect(bad.body.error.data).toMatchObject({ code: 'invalid_input', field: 'cursor' });
  });

  it('is kept for a year, and what was counted while it counts', async () => {
    const entry = (daysAgo: number) => ({
      id: uuidV7(Date.now() - daysAgo * 86_400_000, crypto.getRandomValues(new Uint8Array(16))),
      daysAgo,
    });
    const [old, young] = [entry(366), entry(364)];
    for (const { id, daysAgo } of [old, young]) {
      await ringback.db.pool.query(
        `insert into audit_entry (id, at, actor_kind, actor_id, actor_name, action)
         values ($1, now() - make_interval(days => $2), 'system', 'x', 'x', 'x')`,
        [id, daysAgo],
      );
    }
    const deps = await makeServerDeps(ringback.config, makeLog({ logLevel: 'silent', logFormat: 'json' }));
    await ringback.db.pool.query(
      `insert into sign_in_limit (key, count, ends_at) values ('over', 1, now()), ('goes on', 1, now() + interval '1 m')`,
    );
    await retain(deps);
    const limits = await ringback.db.pool.query(`select key from sign_in_limit where key in ('over', 'goes on')`);
    expect(limits.rows).toEqual([{ key: 'goes on' }]);
    const { rows } = await ringback.db.pool.query('select id from audit_entry where id = any($1)', [
      [old.id, young.id],
    ]);
    expect(rows).toEqual([{ id: young.id }]);
    await deps.queue.stop();
    await deps.db.close();
  });
});

describe('when the log cannot be written', () => {
  const secrets = router({
    reveal: procedure('admin')
      .meta({ reveals: true })
      .query(() => 's3cret'),
    change: procedure('admin').mutation(() => 'changed'),
  });

  async function callerOn(database: 'works' | 'fails') {
    const deps = await makeServerDeps(ringback.config, makeLog({ logLevel: 'silent', logFormat: 'json' }));
    const errors: unknown[] = [];
    const projectId = parseId('prj', ringback.credentials.projectId) ?? '';
    const actor: Actor = {
      ...{ kind: 'key', id: randomUUID(), name: 'test', projectId, scopes: new Set(['admin']) },
      sessionId: null,
    };
    const broken = { ...deps.db, run: () => Promise.reject(new Error('the disk is full')) };
    const context: Context = {
      deps: {
        ...deps,
        db: database === 'works' ? deps.db : broken,
        log: Object.assign(Object.create(deps.log), { error: (fields: unknown) => errors.push(fields) }),
      },
      actor: () => Promise.resolve(actor),
      actorNow: () => Promise.resolve(actor),
      idempotencyKey: null,
      requestId: 'test',
      peer: '127.0.0.1',
    };
    const close = async () => {
      await deps.queue.stop();
      await deps.db.close();
    };
    return { call: secrets.createCaller(context), errors, actor, close };
  }

  it('nothing is revealed, while a change that is made is answered and goes to the log file', async () => {
    const { call, errors, close } = await callerOn('fails');
    await expect(call.reveal()).rejects.toThrow(/something went wrong on our side/);
    expect(await call.change()).toBe('changed');
    expect(errors).toMatchObject([{ action: 'change', peer: '127.0.0.1' }]);
    await close();
  });

  it('and otherwise a reveal is in it, query or not', async () => {
    const { call, errors, actor, close } = await callerOn('works');
    expect(await call.reveal()).toBe('s3cret');
    expect(errors).toEqual([]);
    expect(await newest()).toMatchObject({ action: 'reveal', actor: { id: formatId('key', actor.id), name: 'test' } });
    await close();
  });
});
