import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DeletedEndpoint, Endpoint, TestDelivery, UpdatedEndpoint } from '#src/contract/endpoint/endpoint.ts';
import { eventSchemas } from '#src/contract/event/event-schemas.ts';
import { parseId } from '#src/domain/text/id.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { endpointCalls, freshName, url, uuidOf } from './endpoint-calls.ts';

let ringback: TestRingback;
let calls: ReturnType<typeof endpointCalls>;
beforeAll(async () => {
  ringback = await startRingback({ worker: false });
  calls = endpointCalls(ringback);
});
afterAll(() => ringback.close());

describe('registering an endpoint', () => {
  it('answers it with its defaults and, once, its secret', async () => {
    const name = freshName();
    const made = await calls.make({ name });
    const { secret, signing, ...endpoint } = made;
    expect(signing).toBe('v1');
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(endpoint).toEqual({
      id: expect.stringMatching(/^end_[0-9a-z]{26}$/),
      name,
      url,
      description: '',
      events: ['job.completed', 'job.failed', 'job.cancelled'],
      labels: [],
      projectWide: false,
      payload: 'full',
      format: 'ringback',
      headers: {},
      tls: null,
      scheduleSeconds: null,
      giveUpOn: [],
      rate: null,
      concurrency: null,
      state: 'enabled',
      disabledReason: null,
      disabledAt: null,
      failingSince: null,
      lastSuccessAt: null,
      lastFailureAt: null,
      problem: null,
      pausedUntil: null,
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
      listener: false,
    });
    expect(await calls.get(made.id)).toEqual(endpoint);
    expect((await calls.ask<{ endpoints: Endpoint[] }>('endpoints.list', undefined, true)).endpoints).toContainEqual(
      endpoint,
    );
    expect(await calls.secretsOf(made.id)).toEqual([
      {
        id: expect.any(String),
        kind: 'v1',
        createdAt: expect.any(String),
        expiresAt: null,
        hint: secret.replace('=', '').slice(-4),
        revealable: true,
      },
    ]);
  });

  it('keeps what was given', async () => {
    const given = {
      description: 'Orders of the shop',
      events: ['job.failed', 'delivery.failed'],
      labels: ['shop'],
      projectWide: true,
      payload: 'thin',
      rate: 0.5,
      concurrency: 3,
    };
    const { id } = await calls.make({ ...given, headers: { 'X-Tenant': 't1' }, retry: { scheduleSeconds: [1, '2m'] } });
    expect(await calls.get(id)).toMatchObject({ ...given, headers: { 'x-tenant': 't1' }, scheduleSeconds: [1, 120] });
  });

  it('refuses a name that is taken, until its endpoint is deleted', async () => {
    const { id, name } = await calls.make();
    const taken = { status: 409, code: 'name_taken', field: 'name' };
    const again = await calls.refusal('endpoints.create', { name, url });
    expect(again).toMatchObject(taken);
    expect(again.message).toContain(name);
    const other = await calls.make();
    expect(await calls.refusal('endpoints.update', { id: other.id, name })).toMatchObject(taken);
    expect((await calls.get(other.id)).name).toBe(other.name);
    await calls.ask('endpoints.delete', { id });
    expect((await calls.ask<Endpoint>('endpoints.update', { id: other.id, name })).name).toBe(name);
  });

  it('gives a name to one of many that want it at once', async () => {
    const name = freshName();
    const calls = Array.from({ length: 8 }, () => ringback.call('endpoints.create', { name, url }));
    const statuses = (await Promise.all(calls)).map(({ status }) => status);
    expect(statuses.sort()).toEqual([200, 409, 409, 409, 409, 409, 409, 409]);
  });

  const wrong: [what: string, input: object, code: string, field: string][] = [
    ['a private address', { url: 'http://10.0.0.1/' }, 'blocked_target', 'url'],
    ['a metadata address', { url: 'http://169.254.169.254/' }, 'blocked_target', 'url'],
    ['a URL with a user', { url: 'http://u:p@example.com/' }, 'invalid_url', 'url'],
    ['an unknown event', { events: ['job.gone'] }, 'invalid_input', 'events.0'],
    ['a bad name', { name: 'No Spaces' }, 'invalid_input', 'name'],
    ['a framing header', { headers: { host: 'x' } }, 'invalid_header', 'headers.host'],
    ['a bad rate', { rate: -1 }, 'invalid_input', 'rate'],
    ['an unknown field', { event: 'job.failed' }, 'unknown_field', 'event'],
  ];
  it.each(wrong)('refuses %s, over tRPC and REST', async (_what, input, code, field) => {
    const whole = { name: freshName(), url, ...input };
    expect(await calls.refusal('endpoints.create', whole)).toMatchObject({ status: 400, code, field });
    const response = await ringback.rest('POST', '/v1/endpoints', { json: whole });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code, field });
  });
});

describe('changing an endpoint', () => {
  it('changes what is given and nothing else', async () => {
    const { secret: _, signing: __, ...before } = await calls.make({ rate: 5, labels: ['a'], scheduleSeconds: [1] });
    const after = await calls.ask<UpdatedEndpoint>('endpoints.update', {
      id: before.id,
      rate: null,
      description: 'new',
    });
    expect(after).toEqual({
      ...before,
      rate: null,
      description: 'new',
      updatedAt: expect.any(String),
      clearedHeaders: [],
    });
    expect(Date.parse(after.updatedAt)).toBeGreaterThanOrEqual(Date.parse(before.updatedAt));
  });

  it('sets, removes and keeps headers by name', async () => {
    const { id } = await calls.make({
      headers: { 'x-keep': 'k', 'x-drop': 'd', 'x-token': 'old-value', 'x-other-key': 'stays' },
    });
    const change = { id, headers: { 'X-Drop': null, 'x-token': 'new-value', 'x-more': 'm' } };
    const after = await calls.ask<UpdatedEndpoint>('endpoints.update', change);
    expect(after.headers).toEqual({
      'x-keep': 'k',
      'x-token': '********',
      'x-other-key': '********',
      'x-more': 'm',
    });
    const secret = { 'x-token': 'new-value', 'x-other-key': 'stays' };
    expect(await calls.openedHeaders(id)).toEqual({ 'x-keep': 'k', 'x-more': 'm', ...secret });
  });

  it('keeps secret headers within an origin and clears them across, unless given anew', async () => {
    const { id } = await calls.make({ headers: { 'x-token': 'one', authorization: 'Bearer two', 'x-plain': 'p' } });
    const same = await calls.ask<UpdatedEndpoint>('endpoints.update', { id, url: 'http://127.0.0.1:59999/other?a=1' });
    expect(same).toMatchObject({ url: 'http://127.0.0.1:59999/other?a=1', clearedHeaders: [] });
    expect(await calls.openedHeaders(id)).toEqual({ 'x-token': 'one', authorization: 'Bearer two', 'x-plain': 'p' });

    const moved = await calls.ask<UpdatedEndpoint>('endpoints.update', {
      id,
      url: 'http://127.0.0.1:59998/hooks',
      headers: { 'x-token': 'three' },
    });
    expect(moved.clearedHeaders).toEqual(['authorization']);
    expect(moved.headers).toEqual({ 'x-plain': 'p', 'x-token': '********' });
    expect(await calls.openedHeaders(id)).toEqual({ 'x-plain': 'p', 'x-token': 'three' });

    const again = await calls.ask<UpdatedEndpoint>('endpoints.update', { id, url });
    expect(again).toMatchObject({ clearedHeaders: ['x-token'], headers: { 'x-plain': 'p' } });
    expect(await calls.openedHeaders(id)).toEqual({ 'x-plain': 'p' });
    await calls.ask('endpoints.update', { id, headers: { 'x-plain': null } });
    expect((await calls.rowOf(id)).sealed).toBeNull();
  });

  it('refuses what is masked instead of storing it, and more headers than may be sent', async () => {
    const headers = Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`x-h${n}`, 'v']));
    const { id } = await calls.make({ headers: { ...headers, 'x-token': 'real' } });
    const masked = await calls.refusal('endpoints.update', { id, headers: { 'x-token': '********' } });
    expect(masked).toMatchObject({ code: 'invalid_header', field: 'headers.x-token' });
    const more = Object.fromEntries(Array.from({ length: 4 }, (_, n) => [`y-h${n}`, 'v']));
    expect(await calls.refusal('endpoints.update', { id, headers: more })).toMatchObject({
      code: 'invalid_header',
      field: 'headers',
    });
    expect(await calls.openedHeaders(id)).toEqual({ ...headers, 'x-token': 'real' });
  });

  it('checks where a new URL leads', async () => {
    const { id } = await calls.make();
    const refused = await calls.refusal('endpoints.update', { id, url: 'http://192.168.0.1/' });
    expect(refused).toMatchObject({ status: 400, code: 'blocked_target', field: 'url' });
    expect((await calls.get(id)).url).toBe(url);
  });

  it('lifts the pause of the old URL when there is a new one', async () => {
    const { id } = await calls.make();
    await calls.pause(id);
    expect(await calls.ask<Endpoint>('endpoints.update', { id, rate: 2 })).toMatchObject({
      pausedUntil: expect.any(String),
    });
    const moved = await calls.ask<Endpoint>('endpoints.update', { id, url: `${url}/new` });
    expect(moved).toMatchObject({ pausedUntil: null, failingSince: null });
  });
});

describe('switching an endpoint off and on', () => {
  it('notes that it was done by hand, and keeps a reason that was there', async () => {
    const { id } = await calls.make();
    const off = await calls.ask<Endpoint>('endpoints.disable', { id });
    expect(off).toMatchObject({ state: 'disabled', disabledReason: 'manual', disabledAt: expect.any(String) });
    await ringback.db.pool.query(`update endpoint set disabled_reason = 'gone' where id = $1`, [uuidOf(id)]);
    const again = await calls.ask<Endpoint>('endpoints.disable', { id });
    expect(again).toMatchObject({ disabledReason: 'gone', disabledAt: off.disabledAt });
  });

  it('tells the endpoints that asked for it, once', async () => {
    const operator = await calls.make({ events: ['endpoint.disabled'], projectWide: true });
    const { id, name } = await calls.make();
    await calls.ask('endpoints.disable', { id });
    await calls.ask('endpoints.disable', { id });
    const { rows } = await ringback.db.pool.query(
      `select p.body from delivery d join delivery_payload p on p.delivery_id = d.id
       where d.endpoint_id = $1 and d.type = 'endpoint.disabled'`,
      [uuidOf(operator.id)],
    );
    const events = rows.map(({ body }) => eventSchemas['endpoint.disabled'].parse(JSON.parse(String(body))));
    expect(events.map(({ data }) => data)).toEqual([
      { endpoint: { id, name, url }, reason: 'manual', since: expect.any(String) },
    ]);
  });

  it('lifts all that held it back, and lets it begin slowly', async () => {
    const { id } = await calls.make();
    await calls.pause(id);
    await calls.ask('endpoints.disable', { id });
    const on = await calls.ask<Endpoint>('endpoints.enable', { id });
    expect(on).toMatchObject({
      state: 'enabled',
      disabledReason: null,
      disabledAt: null,
      failingSince: null,
      pausedUntil: null,
    });
    const { recovered_at } = await calls.rowOf(id);
    expect(recovered_at).not.toBeNull();
    await calls.ask('endpoints.enable', { id });
    expect((await calls.rowOf(id)).recovered_at).toEqual(recovered_at);
  });
});

describe('deleting an endpoint', () => {
  it('cancels what waits for it, and hides it from then on', async () => {
    const token = `tok_${randomBytes(12).toString('hex')}`;
    const { id, name, secret } = await calls.make({ headers: { 'x-token': token } });
    const bystander = await calls.make();
    const other = await calls.ask<TestDelivery>('endpoints.test', { id: bystander.id });
    const waiting = await Promise.all([1, 2, 3].map(() => calls.ask<TestDelivery>('endpoints.test', { id })));
    const [first, second] = waiting.map((delivery) => parseId('dlv', delivery.id));
    await ringback.db.pool.query(`update delivery set state = 'retrying', attempt_count = 1 where id = $1`, [first]);
    await ringback.db.pool.query(`update delivery set state = 'delivered', ended_at = now() where id = $1`, [second]);

    expect(await calls.ask<DeletedEndpoint>('endpoints.delete', { id })).toEqual({ id, cancelledDeliveries: 2 });
    const { rows } = await ringback.db.pool.query(
      `select state, error ->> 'code' as code, ended_at is not null as ended, next_attempt_at, admitted_at
       from delivery where endpoint_id = $1 order by id = $2 desc, id = $3 desc`,
      [uuidOf(id), first, second],
    );
    const cancelled = {
      state: 'cancelled',
      code: 'endpoint_deleted',
      ended: true,
      next_attempt_at: null,
      admitted_at: null,
    };
    expect(rows).toEqual([cancelled, expect.objectContaining({ state: 'delivered', code: null }), cancelled]);
    const untouched = await ringback.db.pool.query('select state from delivery where id = $1', [
      parseId('dlv', other.id),
    ]);
    expect(untouched.rows).toEqual([{ state: 'pending' }]);

    expect((await calls.rowOf(id)).deleted_at).not.toBeNull();
    expect((await calls.rowOf(id)).sealed).toBeNull();
    const left = await ringback.db.pool.query('select 1 from webhook_secret where endpoint_id = $1', [uuidOf(id)]);
    expect(left.rows).toEqual([]);
    expect(await calls.everythingOf(id)).not.toContain(secret.slice(6));

    expect(await calls.refusal('endpoints.get', { id }, { query: true })).toMatchObject({
      status: 404,
      code: 'not_found',
    });
    for (const verb of ['update', 'delete', 'enable', 'disable', 'rotateSecret', 'test']) {
      expect(await calls.refusal(`endpoints.${verb}`, { id })).toMatchObject({
        status: 404,
        code: 'not_found',
        field: 'id',
      });
    }
    const { endpoints } = await calls.ask<{ endpoints: Endpoint[] }>('endpoints.list', undefined, true);
    expect(endpoints.map((endpoint) => endpoint.name)).not.toContain(name);
  });
});
