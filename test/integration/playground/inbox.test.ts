import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { emptyInbox, inboxPage } from '#src/engine/read/read-inbox.ts';
import { type Db, makeDb } from '#src/store/db/database.ts';
import { makeTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { makeCall, makeProjects, otherProject, otherSecret, project, signed } from './playground-calls.ts';

let database: TestDatabase;
let db: Db;
let name: string;
let count = 0;

beforeAll(async () => {
  database = await makeTestDatabase();
  db = makeDb(database.url, { max: 4, name: 'test' });
  await makeProjects(db);
});
afterAll(async () => {
  await db.close();
  await database.drop();
});
beforeEach(() => {
  name = `test-${++count}`;
});

const path = () => `/playground/inbox/${name}`;
const ours = async (limit?: number, cursor?: string) => inboxPage({ db }, project, { name, limit, cursor });
const theirs = async () => inboxPage({ db }, otherProject, { name });
const bodies = ({ messages }: { messages: { body: string | null }[] }) => messages.map(({ body }) => body);

describe('an inbox', () => {
  it('belongs to whoever signed: two projects that use one name do not see each other’s messages', async () => {
    const ask = makeCall(db);
    await ask(path(), signed('{"of":"ours"}'));
    await ask(path(), signed('{"of":"theirs"}', {}, otherSecret));
    expect(bodies(await ours())).toEqual(['{"of":"ours"}']);
    expect(bodies(await theirs())).toEqual(['{"of":"theirs"}']);

    const headers = (key: string) => ({ headers: { authorization: `Bearer ${key}`, accept: 'application/json' } });
    expect(String((await ask(path(), headers('rbk_test'))).body)).not.toContain('theirs');
    expect(String((await ask(path(), headers('rbk_other'))).body)).not.toContain('"ours"');
    const page = { headers: { authorization: 'Bearer rbk_other', accept: 'text/html' } };
    expect(String((await ask(path(), page)).body)).not.toContain('&quot;ours&quot;');
  });

  it('in development shows a project only its own as well, once it is known who looks', async () => {
    const ask = makeCall(db, { dev: true });
    await ask(path(), signed('{"of":"theirs"}', {}, otherSecret));
    const local = { host: 'localhost:4600', accept: 'application/json' };
    const known = await ask(path(), { headers: { ...local, authorization: 'Bearer rbk_test' } });
    expect(String(known.body)).not.toContain('theirs');
    const unknown = await ask(path(), { headers: local });
    expect(String(unknown.body)).toContain('theirs');
  });

  it('cuts a long body behind its last whole character', async () => {
    const ask = makeCall(db);
    const whole = `${'a'.repeat(64 * 1024 - 2)}é`;
    await ask(path(), signed(`${whole}and more`));
    await ask(path(), signed(`a${whole}and more`, { 'webhook-id': 'evt_2' }));
    const [within, behind] = bodies(await ours());
    expect(behind).toBe(whole);
    expect(within).toBe(`a${whole.slice(0, -1)}`);
  });

  it('does not let one project push out what another keeps', async () => {
    const ask = makeCall(db);
    await ask(path(), signed('{"of":"ours"}'));
    for (let n = 0; n < 85; n++) await ask(path(), signed('{}', { 'webhook-id': `evt_${n}` }, otherSecret));
    expect(bodies(await ours())).toEqual(['{"of":"ours"}']);
  });

  it('shows everybody that an unsigned post came and why it does not verify, but nothing of what was in it', async () => {
    const ask = makeCall(db);
    const bad = signed('{"free":"storage"}', { 'x-tenant': 'private', 'webhook-id': 'evt_7' }, 'whsec_AAAA');
    await ask(path(), { ...bad, headers: { ...bad.headers, 'content-length': '18' } });
    for (const page of [await ours(), await theirs()]) {
      expect(page.messages).toMatchObject([{ verified: false, webhookId: 'evt_7', body: '', size: 0, omitted: true }]);
      expect(page.messages[0]?.reason).toMatch(/not made with a live secret/);
      expect(JSON.stringify(page)).not.toMatch(/private|storage|v1,/);
    }
  });

  it('gives hostile messages as the text they are', async () => {
    const attack = '<img src=x onerror=alert(1)> <a href="javascript:alert(1)">x</a>';
    await makeCall(db)(path(), signed(attack, { 'content-type': 'text/html', 'x-note': attack, 'webhook-id': attack }));
    const [message] = (await ours()).messages;
    expect(message).toMatchObject({ body: attack, encoding: 'utf8', contentType: 'text/html', webhookId: attack });
    expect(message?.headers['x-note']).toBe(attack);
  });

  it('gives bytes as bytes, and a long text cut between two characters', async () => {
    const ask = makeCall(db);
    await ask(path(), signed('ä'.repeat(40_000), { 'content-type': 'text/plain' }));
    await ask(path(), signed('\u0000\u0001', { 'content-type': 'image/png' }));
    const [png, text] = (await ours()).messages;
    expect(png).toMatchObject({ encoding: 'base64', body: 'AAE=', truncated: false });
    expect(text).toMatchObject({ encoding: 'utf8', size: 80_000, truncated: true });
    expect(text?.body).toMatch(/^ä+$/);
    await ask(path(), signed(`x${'ä'.repeat(40_000)}`, { 'content-type': 'text/plain' }));
    expect((await ours(1)).messages[0]?.body).toMatch(/^xä+$/);
  });

  it('is read page by page, the newest first', async () => {
    const ask = makeCall(db);
    for (let n = 0; n < 5; n++) await ask(path(), signed(String(n), { 'webhook-id': `evt_${n}` }));
    const seen: (string | null)[] = [];
    let cursor: string | undefined;
    do {
      const page = await ours(2, cursor);
      seen.push(...bodies(page));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(seen).toEqual(['4', '3', '2', '1', '0']);
  });

  it('is cleared of what its project sees, and of nothing else', async () => {
    const ask = makeCall(db);
    await ask(path(), signed('{"of":"ours"}'));
    await ask(path(), signed('{"of":"theirs"}', {}, otherSecret));
    await ask(`${path()}-next`, signed('{"of":"next"}'));
    expect(await emptyInbox({ db }, project, name)).toEqual({ deleted: 1 });
    expect((await ours()).messages).toEqual([]);
    expect((await theirs()).messages).toHaveLength(1);
    expect((await inboxPage({ db }, project, { name: `${name}-next` })).messages).toHaveLength(1);
  });

  it('goes with its project', async () => {
    await makeCall(db)(path(), signed('{"of":"theirs"}', {}, otherSecret));
    await db.pool.query('delete from project where id = $1', [otherProject]);
    const { rows } = await db.pool.query('select 1 from inbox_message where inbox = $1', [name]);
    expect(rows).toEqual([]);
  });
});
