import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Refusal } from '#src/contract/shape/error-code.ts';
import type { HttpResponse } from '#src/server/http/http.ts';
import { makePlayground, type PlaygroundDeps } from '#src/server/playground/playground-routes.ts';
import { makeWalks } from '#src/server/playground/target-plan.ts';
import { keptUnverified, keptVerified } from '#src/store/dashboard/inbox-rows.ts';
import { type Db, makeDb } from '#src/store/db/database.ts';
import { makeTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { makeCall, makeProjects, nowMs, request, secret, signed } from './playground-calls.ts';

type Listed = { inbox: string; messages: Record<string, unknown>[] };

let database: TestDatabase;
let db: Db;

beforeAll(async () => {
  database = await makeTestDatabase();
  db = makeDb(database.url, { max: 4, name: 'test' });
  await makeProjects(db);
});

afterAll(async () => {
  await db.close();
  await database.drop();
});

const playground = (changes: Partial<PlaygroundDeps> = {}) => makeCall(db, changes);

describe('the built-in target', () => {
  const statuses = async (ask: () => Promise<HttpResponse>, times: number) => {
    const seen: number[] = [];
    for (let n = 0; n < times; n++) seen.push((await ask()).status);
    return seen;
  };

  it('walks through its plan and starts over after the last status', async () => {
    const ask = playground();
    const got = await statuses(() => ask('/playground/target?plan=429,503,200', { method: 'POST', body: '{}' }), 6);
    expect(got).toEqual([429, 503, 200, 429, 503, 200]);
  });

  it('keeps callers with a key apart, whether it comes in the query or as an idempotency key', async () => {
    const ask = playground();
    const url = '/playground/target?plan=500,200';
    expect(await statuses(() => ask(`${url}&key=a`), 1)).toEqual([500]);
    expect(await statuses(() => ask(`${url}&key=b`), 2)).toEqual([500, 200]);
    expect(await statuses(() => ask(url, { headers: { 'idempotency-key': 'job_1' } }), 2)).toEqual([500, 200]);
    expect(await statuses(() => ask(url), 1)).toEqual([500]);
    expect(await statuses(() => ask(`${url}&key=a`), 1)).toEqual([200]);
  });

  it('says with 429 when to come back, in every header a client may look for', async () => {
    const response = await playground()('/playground/target?plan=429');
    expect(response.headers).toMatchObject({
      'retry-after': '1',
      'x-ratelimit-limit': '60',
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': String(Date.parse('2026-11-20T12:00:01Z') / 1000),
    });
  });

  it('says with 200 what has arrived', async () => {
    const ask = playground();
    const sent = { method: 'PUT', headers: { 'content-type': 'text/csv' }, body: 'a,b,ü' };
    await ask('/playground/target?plan=503,200', sent);
    const { body } = await ask('/playground/target?plan=503,200', sent);
    expect(JSON.parse(String(body))).toEqual({
      ok: true,
      method: 'PUT',
      contentType: 'text/csv',
      bodySize: 6,
      attempt: 2,
      plan: [503, 200],
    });
  });

  it('answers with as many bytes as asked for, and with none where HTTP allows none', async () => {
    const ask = playground();
    expect((await ask('/playground/target?bytes=123456')).body).toHaveLength(123_456);
    expect((await ask('/playground/target?bytes=0')).body).toHaveLength(0);
    expect(await ask('/playground/target?plan=204&bytes=10')).toEqual({ status: 204, headers: {} });
  });

  it('answers late when asked to, but lets go of a caller who hangs up', async () => {
    const ask = playground();
    const startedAt = performance.now();
    expect((await ask('/playground/target?delay=120')).status).toBe(200);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(118);
    const hangUp = new AbortController();
    const hanging = ask('/playground/target?delay=60000', { signal: hangUp.signal });
    hangUp.abort();
    await hanging;
    expect(performance.now() - startedAt).toBeLessThan(30_000);
  });

  it.each([
    ['plan=199', /199.*is none/],
    ['plan=600', /600.*is none/],
    ['plan=200,', /"" is none/],
    ['plan=ok', /"ok" is none/],
    [`plan=${Array(21).fill(200).join()}`, /at most 20 statuses, not 21/],
    ['delay=60001', /delay should be a whole number from 0 to 60,000/],
    ['delay=-1', /delay should be a whole number/],
    ['bytes=99999999', /bytes should be a whole number from 0 to 16,777,216/],
  ])('refuses %s and says why', async (query, why) => {
    const refused = await playground()(`/playground/target?${query}`).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(Refusal);
    expect(refused).toMatchObject({ code: 'invalid_input', message: expect.stringMatching(why) });
  });

  it('remembers only the callers seen last', () => {
    const walks = makeWalks(2);
    const plan = [500, 200];
    expect([walks.next('a', plan), walks.next('b', plan), walks.next('a', plan)]).toEqual([0, 0, 1]);
    walks.next('c', plan);
    expect(walks.next('b', plan)).toBe(0);
  });
});

describe('the callback inbox', () => {
  const withKey = { headers: { authorization: 'Bearer rbk_test', accept: '*/*' } };
  const browser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8', authorization: 'Bearer rbk_test' };
  let inbox: string;
  let count = 0;

  beforeEach(() => {
    inbox = `/playground/inbox/test-${++count}`;
  });

  async function look(ask: ReturnType<typeof playground>, query = ''): Promise<Listed> {
    const response = await ask(inbox + query, withKey);
    expect(response).toMatchObject({ status: 200, headers: { 'content-type': 'application/json' } });
    return JSON.parse(String(response.body)) as Listed;
  }

  it('verifies a signed callback and lists it with its body and signature', async () => {
    const ask = playground();
    const sent = signed('{"type":"job.completed","data":{"id":"job_1"}}');
    expect(await ask(inbox, sent)).toEqual({ status: 204 });
    const { messages } = await look(ask);
    expect(messages).toEqual([
      {
        receivedAt: expect.stringMatching(/^\d{4}-.*Z$/),
        webhookId: 'evt_1',
        verified: true,
        reason: null,
        headers: sent.headers,
        size: 46,
        json: { type: 'job.completed', data: { id: 'job_1' } },
      },
    ]);
  });

  it('masks secrets among the headers', async () => {
    const ask = playground();
    await ask(inbox, signed('{}', { authorization: 'Bearer sk-very-secret', 'x-api-key': 'k-very-secret' }));
    const { messages } = await look(ask);
    expect(JSON.stringify(messages)).not.toContain('very-secret');
    expect(messages[0]).toMatchObject({ verified: true, headers: { authorization: '********' } });
  });

  it.each([
    ['no id', { 'webhook-id': '' }, secret, /no webhook-id header/],
    ['an old time', { 'webhook-timestamp': '1700000000' }, secret, /more than five minutes/],
    ['no time', { 'webhook-timestamp': 'soon' }, secret, /not a number/],
    ['another version', { 'webhook-signature': 'v2,AAAA' }, secret, /no v1 signature/],
    ['a wrong signature', { 'webhook-signature': 'v1,AAAA' }, secret, /not made with a live secret/],
    ['another secret', {}, `whsec_${Buffer.alloc(24, 8).toString('base64')}`, /not made with a live secret/],
  ])('keeps of a callback with %s only that it came, and why it does not verify', async (_, changes, key, reason) => {
    const ask = playground();
    expect((await ask(inbox, signed('{"free":"storage"}', changes, key))).status).toBe(204);
    const { messages } = await look(ask);
    expect(messages).toHaveLength(1);
    expect(messages[0]).toMatchObject({ verified: false, reason: expect.stringMatching(reason), body: '', size: 0 });
    expect(messages[0]).toMatchObject({ headers: { 'webhook-signature': '********' } });
  });

  it('in development keeps unverified callbacks whole', async () => {
    const ask = playground({ dev: true });
    await ask(inbox, { method: 'POST', headers: { 'content-type': 'text/plain' }, body: 'hello' });
    const [message] = (await look(ask)).messages;
    expect(message).toMatchObject({
      verified: false,
      reason: 'there is no webhook-id header',
      body: 'hello',
      encoding: 'utf8',
    });
  });

  it('shows nothing to callers without a key or a session', async () => {
    const ask = playground();
    await ask(inbox, signed('{"result":"private"}'));
    await expect(ask(inbox, { headers: { accept: '*/*' } })).rejects.toMatchObject({ code: 'unauthorized' });
    const page = await ask(inbox, { headers: { accept: 'text/html' } });
    expect(page.status).toBe(401);
    expect(page.body).toContain('Sign in');
    expect(page.body).not.toContain('private');
  });

  it('in development is open to this machine, but not to a web site that calls itself something else', async () => {
    const ask = playground({ dev: true });
    for (const host of ['localhost:4600', '127.0.0.1:4600', '[::1]:4600', 'localhost']) {
      expect((await ask(inbox, { headers: { host } })).status).toBe(200);
    }
    const refused = { code: 'unauthorized' };
    await expect(ask(inbox, { headers: { host: 'rebound.example:4600' } })).rejects.toMatchObject(refused);
    const host = 'localhost:4600';
    await expect(ask(inbox, { headers: { host }, peer: '192.0.2.7' })).rejects.toMatchObject(refused);
    const wrong = { headers: { host, authorization: 'Bearer rbk_wrong' } };
    await expect(ask(inbox, wrong)).rejects.toMatchObject({ ...refused, message: expect.stringContaining('no such') });
  });

  it('plays a failing receiver, and stores what it turned down', async () => {
    const ask = playground();
    expect((await ask(`${inbox}?status=503`, signed('{}'))).status).toBe(503);
    const first = () => ask(`${inbox}?plan=503,204`, signed('{}', { 'webhook-id': 'evt_2' }));
    const second = () => ask(`${inbox}?plan=503,204`, signed('{}', { 'webhook-id': 'evt_3' }));
    expect([await first(), await second(), await first(), await second()].map(({ status }) => status)).toEqual([
      503, 503, 204, 204,
    ]);
    expect((await look(ask)).messages.map((message) => message.webhookId)).toEqual([
      'evt_3',
      'evt_2',
      'evt_3',
      'evt_2',
      'evt_1',
    ]);
    await expect(ask(`${inbox}?plan=503&status=204`, signed('{}'))).rejects.toMatchObject({
      code: 'conflicting_fields',
    });
  });

  it('keeps the newest messages, and does not let unverified ones push out real ones', async () => {
    const ask = playground();
    await ask(inbox, signed('{"real":0}', { 'webhook-id': 'evt_0' }));
    for (let n = 0; n < keptUnverified + 5; n++)
      await ask(inbox, signed('{}', { 'webhook-id': `bad_${n}` }, 'whsec_AAAA'));
    for (let n = 1; n <= keptVerified; n++) await ask(inbox, signed('{}', { 'webhook-id': `evt_${n}` }));
    const ids = (await look(ask, '?limit=100')).messages.map((message) => String(message.webhookId));
    expect(ids.filter((id) => id.startsWith('evt_'))).toEqual(
      Array.from({ length: keptVerified }, (_, index) => `evt_${keptVerified - index}`),
    );
    expect(ids.filter((id) => id.startsWith('bad_'))).toEqual(
      Array.from({ length: keptUnverified }, (_, index) => `bad_${keptUnverified + 4 - index}`),
    );
  });

  it('takes many callbacks at once and loses none', async () => {
    const ask = playground();
    const sent = Array.from({ length: 60 }, (_, n) => ask(inbox, signed('{}', { 'webhook-id': `evt_${n}` })));
    expect(new Set((await Promise.all(sent)).map(({ status }) => status))).toEqual(new Set([204]));
    expect((await look(ask, '?limit=100')).messages).toHaveLength(60);
  });

  it('shows browsers a page without scripts on which whatever arrived is text', async () => {
    const ask = playground();
    const attack = '</pre><script>alert(1)</script>';
    await ask(inbox, signed(JSON.stringify({ attack, nested: { ok: true } }), { 'x-note': `"'<img src=x>` }));
    await ask(inbox, signed('{}', { 'webhook-id': '<b>evt</b>' }, 'whsec_AAAA'));
    const { status, headers, body } = await ask(inbox, { headers: browser });
    const page = String(body);
    expect(status).toBe(200);
    expect(headers?.['content-security-policy']).toMatch(/default-src 'none'/);
    expect(page).toContain('signature verified');
    expect(page).toContain('signature not verified');
    expect(page).toContain('not made with a live secret');
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(page).toContain('&quot;nested&quot;: {\n    &quot;ok&quot;: true');
    expect(page).not.toMatch(/<script|<img|<b>/);
    expect(page).toContain('<meta http-equiv="refresh" content="2">');
    expect(page.indexOf('&lt;b&gt;evt')).toBeLessThan(page.indexOf('evt_1'));
  });

  it('stands still when the reader asks for it, and says so when nothing has arrived', async () => {
    const page = String((await playground()(`${inbox}?refresh=off`, { headers: browser })).body);
    expect(page).not.toContain('http-equiv="refresh"');
    expect(page).toContain('Nothing has arrived yet');
    expect(page).toContain(`http://ringback.test${inbox}`);
  });

  it('refuses names, methods and bodies it does not take', async () => {
    const ask = playground();
    await expect(ask('/playground/inbox/Not_This')).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(ask(`/playground/inbox/${'a'.repeat(41)}`)).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(ask(inbox, { method: 'DELETE' })).rejects.toMatchObject({ code: 'method_not_allowed' });
    await expect(ask(inbox, signed('x'.repeat(1024 ** 2 + 1)))).rejects.toMatchObject({ code: 'body_too_large' });
  });

  it('leaves other paths to others', async () => {
    const handler = makePlayground({
      db,
      dev: true,
      publicUrl: 'http://ringback.test',
      verifySecrets: async () => [],
      readerOf: async () => null,
      now: () => nowMs,
    });
    for (const path of ['/', '/playground', '/playground/inbox', '/playground/target/x', '/playground/inbox/a/b']) {
      expect(await handler(request(path, {}))).toBeNull();
    }
  });
});
