import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readConfig, type ServerConfig } from '#src/config.ts';
import { makeLog } from '#src/log.ts';
import { runWeb, type Web } from '#src/server/web-process.ts';
import { countTry } from '#src/store/people/sign-in-limit.ts';
import { freePort } from '#test/support/free-port.ts';
import { administrator } from '#test/support/people.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';

let ringback: TestRingback;
/** Another web process's part, on the same database. */
let web: Web;
let otherUrl = '';

beforeAll(async () => {
  ringback = await startRingback({ worker: false, env: { RINGBACK_TRUSTED_PROXIES: '1' } });
  const port = await freePort();
  otherUrl = `http://localhost:${port}`;
  const { trustedProxies } = readConfig({ RINGBACK_TRUSTED_PROXIES: '127.0.0.0/8, ::1' });
  const config: ServerConfig = { ...ringback.config, port, url: otherUrl, trustedProxies };
  web = await runWeb(config, makeLog({ logLevel: 'silent', logFormat: 'json' }));
});
afterAll(async () => {
  await web.stop();
  await ringback.close();
});
beforeEach(() => ringback.db.pool.query('delete from sign_in_limit'));

async function tryFrom(
  address: string | null,
  at = ringback.url,
  json: object = { email: 'a@b.example', password: 'x' },
) {
  const response = await fetch(`${at}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      origin: at,
      ...(address === null ? {} : { 'x-forwarded-for': address }),
    },
    body: JSON.stringify(json),
  });
  return response.status;
}

describe('tries at signing in', () => {
  it('are counted over all processes together', async () => {
    const statuses: number[] = [];
    for (let n = 0; n < 12; n++) statuses.push(await tryFrom('203.0.113.1', n % 2 ? ringback.url : otherUrl));
    expect(statuses).toEqual([...Array(10).fill(401), 429, 429]);
  });

  it('are counted one by one when they come at the same time', async () => {
    const at = (n: number) => (n % 2 ? ringback.url : otherUrl);
    const statuses = await Promise.all(Array.from({ length: 20 }, (_, n) => tryFrom('203.0.113.2', at(n))));
    expect(statuses.filter((status) => status === 401)).toHaveLength(10);
  });

  it('are counted for each address that a trusted proxy names, and callers cannot choose another', async () => {
    for (let n = 0; n < 11; n++) await tryFrom(`10.9.9.${n}, 203.0.113.3`);
    expect(await tryFrom('198.51.100.1, 203.0.113.3')).toBe(429);
    expect(await tryFrom('203.0.113.4')).toBe(401);
    expect(await tryFrom('203.0.113.3', otherUrl)).toBe(429);
  });

  it('turn nobody else away', async () => {
    for (let n = 0; n < 11; n++)
      await tryFrom('203.0.113.5', ringback.url, { ...administrator(ringback), password: 'x' });
    expect(await tryFrom('203.0.113.5', ringback.url, administrator(ringback))).toBe(429);
    expect(await tryFrom('203.0.113.6', ringback.url, administrator(ringback))).toBe(200);
  });

  it('are forgotten after a minute', async () => {
    for (let n = 0; n < 11; n++) await tryFrom('203.0.113.7');
    expect(await tryFrom('203.0.113.7')).toBe(429);
    await ringback.db.pool.query(`update sign_in_limit set ends_at = now() - interval '1 ms'`);
    expect(await tryFrom('203.0.113.7')).toBe(401);
    const { secondsLeft } = await countTry(ringback.db, 'sign-in 203.0.113.7', 60);
    expect(secondsLeft).toBeGreaterThan(55);
  });
});

it('of better-auth only signing in and out can be reached: nobody signs up or changes an account past the audit log', async () => {
  for (const [method, path] of [
    ['POST', 'sign-up/email'],
    ['POST', 'change-password'],
    ['POST', 'change-email'],
    ['POST', 'update-user'],
    ['POST', 'delete-user'],
    ['POST', 'revoke-sessions'],
    ['GET', 'list-sessions'],
    ['GET', 'get-session'],
    ['POST', 'request-password-reset'],
    ['GET', 'ok'],
    ['POST', 'sign-in/social'],
    ['POST', '../auth/sign-up/email'],
    ['POST', 'sign-up%2Femail'],
    ['POST', 'sign-in/email/../../sign-up/email'],
  ] as const) {
    const json = { email: 'eve@example.com', name: 'Eve', password: 'a password of hers' };
    const response = await ringback.rest(method, `/api/auth/${path}`, {
      key: null,
      headers: { origin: ringback.url },
      ...(method === 'POST' ? { json } : {}),
    });
    expect([path, response.status]).toEqual([path, 404]);
  }
  const { rows } = await ringback.db.pool.query(`select 1 from "user" where email = 'eve@example.com'`);
  expect(rows).toEqual([]);
});
