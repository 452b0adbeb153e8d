import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { readConfig, requireServerConfig } from '#src/config.ts';
import type { InvitationInfo } from '#src/contract/project/people.ts';
import { type Beginnings, provideBeginnings } from '#src/engine/people/first-owner.ts';
import { makeLog } from '#src/log.ts';
import { firstStart } from '#src/server/sign-in/first-start.ts';
import { runWeb } from '#src/server/web-process.ts';
import { type Db, makeDb } from '#src/store/db/database.ts';
import { makeCipher } from '#src/store/seal/cipher.ts';
import { sealContext } from '#src/store/seal/sealed-parts.ts';
import { makeTestDatabase } from '#test/support/database.ts';
import { freePort } from '#test/support/free-port.ts';
import { startPostgresProxy } from '#test/support/postgres-proxy.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

type Place = { url: string; db: Db; keys: string };

async function emptyDatabase(): Promise<Place> {
  const { url, drop } = await makeTestDatabase();
  const db = makeDb(url, { max: 3, name: 'test' });
  closing.push(drop, () => db.close());
  return { url, db, keys: `test:${randomBytes(32).toString('base64')}` };
}

/** A web process by itself, as `ringback web` runs it. */
async function startWeb({ url, keys }: Place, env: Record<string, string> = {}) {
  const port = await freePort();
  const config = requireServerConfig(
    readConfig({
      DATABASE_URL: url,
      PORT: String(port),
      RINGBACK_ENCRYPTION_KEYS: keys,
      RINGBACK_AUTH_SECRET: randomBytes(32).toString('base64'),
      ...env,
    }),
  );
  let output = '';
  const web = await runWeb(config, makeLog(config, { write: (line) => (output += line) }));
  let stopped = false;
  const stop = async () => {
    if (!stopped) await web.stop();
    stopped = true;
  };
  closing.push(stop);
  const link = /"url":"([^"]*\/join\?token=([^"]+))"/.exec(output);
  return { url: config.url, link: link?.[1], token: link?.[2] ?? '', output: () => output, stop };
}

const post = (url: string, path: string, json: object) =>
  fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify(json),
  });
const me = { email: 'Me@example.com', name: 'Me', password: 'a password of mine' };
const owners = async (db: Db) =>
  (await db.pool.query(`select u.email, m.role from membership m join "user" u on u.id = m.user_id`)).rows;

describe('web on a database that nobody can sign in to', () => {
  it('prints a link that makes the first owner, once', async () => {
    const place = await emptyDatabase();
    const web = await startWeb(place);
    expect(web.link).toBe(`${web.url}/join?token=${web.token}`);
    const info = await fetch(`${web.url}/api/join?token=${web.token}`);
    expect(await info.json()).toEqual({
      projectName: 'default',
      email: null,
      role: 'owner',
      needsAccount: true,
      isSignedIn: false,
    } satisfies InvitationInfo);
    expect(await owners(place.db)).toEqual([]);
    expect((await post(web.url, '/api/join', { token: web.token, name: 'Me', password: me.password })).status).toBe(
      400,
    );
    const statuses = await Promise.all(
      [me, { ...me, email: 'other@example.com' }].map(async (one) => {
        const answer = await post(web.url, '/api/join', { token: web.token, ...one });
        return answer.status;
      }),
    );
    expect(statuses.toSorted()).toEqual([200, 404]);
    const made = await owners(place.db);
    expect(made).toEqual([{ email: expect.any(String), role: 'owner' }]);
    const signedIn = await post(web.url, '/api/auth/sign-in/email', { email: made[0].email, password: me.password });
    expect(signedIn.status).toBe(200);
    expect((await fetch(`${web.url}/api/join?token=${web.token}`)).status).toBe(404);
  });

  it('prints another at the next start, and none once there is an owner, who ends them all', async () => {
    const place = await emptyDatabase();
    const first = await startWeb(place);
    const second = await startWeb(place);
    expect(second.token).not.toBe(first.token);
    expect((await post(second.url, '/api/join', { token: second.token, ...me })).status).toBe(200);
    expect((await post(first.url, '/api/join', { token: first.token, ...me, email: 'late@example.com' })).status).toBe(
      404,
    );
    expect((await startWeb(place)).link).toBeUndefined();
    expect(await owners(place.db)).toEqual([{ email: 'me@example.com', role: 'owner' }]);
  });

  it('makes one project with a webhook secret, however many processes start at once', async () => {
    const place = await emptyDatabase();
    await Promise.all([startWeb(place), startWeb(place), startWeb(place)]);
    const { rows } = await place.db.pool.query(
      'select s.id, s.sealed from project p join webhook_secret s on s.project_id = p.id',
    );
    expect(rows).toHaveLength(1);
    const cipher = makeCipher([...readConfig({ RINGBACK_ENCRYPTION_KEYS: place.keys }).encryptionKeys]);
    expect(cipher.open(rows[0].sealed, sealContext.webhookSecret(rows[0].id)).toString()).toMatch(/^whsec_/);
  });

  it('makes the administrator of the environment, and no link', async () => {
    const place = await emptyDatabase();
    const env = { RINGBACK_ADMIN_EMAIL: 'Boss@example.com', RINGBACK_ADMIN_PASSWORD: 'the password given' };
    const web = await startWeb(place, env);
    expect(web.link).toBeUndefined();
    expect(web.output()).not.toContain(env.RINGBACK_ADMIN_PASSWORD);
    const signIn = { email: 'boss@example.com', password: env.RINGBACK_ADMIN_PASSWORD };
    expect((await post(web.url, '/api/auth/sign-in/email', signIn)).status).toBe(200);
    // Later starts leave the account as it is.
    await web.stop();
    const again = await startWeb(place, { ...env, RINGBACK_ADMIN_PASSWORD: 'some other password' });
    expect((await post(again.url, '/api/auth/sign-in/email', signIn)).status).toBe(200);
    expect(await owners(place.db)).toHaveLength(1);
  });

  it('makes another key where the saved one was never committed, and keeps one that was', async () => {
    const { db, keys, url } = await emptyDatabase();
    await startWeb(
      { db, keys, url },
      { RINGBACK_ADMIN_EMAIL: 'boss@example.com', RINGBACK_ADMIN_PASSWORD: 'the password given' },
    );
    const cipher = makeCipher([...readConfig({ RINGBACK_ENCRYPTION_KEYS: keys }).encryptionKeys]);
    const cut = (act: (tx: never) => Promise<unknown>) =>
      db.prismaTransaction(async (tx) => {
        await act(tx as never);
        throw new Error('cut before the commit');
      });
    const saved: Beginnings[] = [];
    const provide = (changes: object) =>
      provideBeginnings(
        {
          db: { ...db, ...changes } as Db,
          now: Date.now,
          cipher,
          makeAccount: () => Promise.reject(new Error('made')),
        },
        { email: undefined, password: undefined },
        saved.at(-1) ?? null,
        async (made) => void saved.push(made),
      );
    await expect(provide({ prismaTransaction: cut })).rejects.toThrow('cut before the commit');
    const made = await provide({});
    expect(saved).toHaveLength(2);
    expect(made.apiKey).not.toBe(saved[0]?.apiKey);
    expect((await provide({})).apiKey).toBe(made.apiKey);
    const { rows } = await db.pool.query<{ hint: string }>('select hint from api_key');
    expect(rows).toEqual([{ hint: made.apiKey.slice(-4) }]);
  });

  it('never takes the first visitor', async () => {
    const place = await emptyDatabase();
    const web = await startWeb(place);
    expect((await post(web.url, '/api/auth/sign-up/email', me)).status).toBe(404);
    expect((await post(web.url, '/api/join', { token: 'A'.repeat(43), ...me })).status).toBe(404);
    expect((await fetch(`${web.url}/api/trpc/session.me`)).status).toBe(401);
    expect(await owners(place.db)).toEqual([]);
  });
});

it('a first start goes on when the database breaks off a connection of it', async () => {
  const { url, db, keys } = await emptyDatabase();
  const proxy = await startPostgresProxy(url);
  const folder = await mkdtemp(join(tmpdir(), 'ringback-first-'));
  closing.push(proxy.close, () => rm(folder, { recursive: true, force: true }));
  const secrets = { RINGBACK_ENCRYPTION_KEYS: keys, RINGBACK_AUTH_SECRET: randomBytes(32).toString('base64') };
  const config = requireServerConfig(readConfig({ DATABASE_URL: proxy.url, RINGBACK_DATA_DIR: folder, ...secrets }));
  const broken = proxy.breakAfterNextAnswer();
  const { apiKey } = await firstStart(config, makeLog(config, { write: () => undefined }));
  await broken;
  expect(JSON.parse(await readFile(join(folder, 'credentials.json'), 'utf8'))).toMatchObject({ apiKey });
  expect(await db.query('select 1 from api_key')).toHaveLength(1);
});
