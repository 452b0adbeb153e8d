import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRingback } from '#src/client/index.ts';
import type { Scope } from '#src/contract/project/scope.ts';
import { parseId } from '#src/domain/text/id.ts';
import { addKey, type Callers, type Credentials, makeCallers } from '#test/support/access.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';

let ringback: TestRingback;
let callers: Callers;
/** A job of ours for each kind of gateway: its UUID. */
const ours = { chat: '', response: '' };

const target = 'http://127.0.0.1:59999/v1';
const uuid = () => ours.chat;
const resp = () => `resp_${ours.response}`;
const ask = { model: 'main/m', messages: [] };

/**
 * `scope`: what the route needs. `names`: the route names something of ours, which strangers do not find. `quiet`: who is
 * nobody is told 404 and Bifrost's words, not 401.
 */
type Row = {
  scope: Scope;
  path: () => string;
  json?: object;
  headers?: () => Record<string, string>;
  names?: true;
  quiet?: true;
};

const asyncPaths = [
  ...['completions', 'chat/completions', 'responses', 'embeddings', 'audio/speech', 'audio/transcriptions'],
  ...['images/generations', 'images/edits', 'images/variations', 'rerank', 'ocr'],
];
const bases = ['/v1/responses', '/v1/model/response'];
const dropIns = ['/v1/chat/completions', '/v1/responses', '/openai/v1/chat/completions', '/openai/v1/responses'];

/** What each route of a gateway needs. A new one must be added here. */
const rows: Record<string, Row> = {
  ...Object.fromEntries(
    asyncPaths.flatMap((one): [string, Row][] => [
      [`POST /v1/async/${one}`, { scope: 'jobs:write', path: () => `/v1/async/${one}`, json: ask }],
      [
        `GET /v1/async/${one}/{id}`,
        { scope: 'jobs:read', path: () => `/v1/async/${one}/${uuid()}`, names: true, quiet: true },
      ],
    ]),
  ),
  ...Object.fromEntries(
    bases.flatMap((base): [string, Row][] => [
      [
        `POST ${base}`,
        { scope: 'jobs:write', path: () => base, json: { model: 'main/m', input: 'x', background: true } },
      ],
      [`GET ${base}/{id}`, { scope: 'jobs:read', path: () => `${base}/${resp()}`, names: true }],
      [
        `GET ${base}/{id}/input_items`,
        { scope: 'jobs:read', path: () => `${base}/${resp()}/input_items`, names: true },
      ],
      [
        `POST ${base}/{id}/cancel`,
        { scope: 'jobs:write', path: () => `${base}/${resp()}/cancel`, json: {}, names: true },
      ],
      [`DELETE ${base}/{id}`, { scope: 'jobs:write', path: () => `${base}/${resp()}`, names: true }],
    ]),
  ),
  ...Object.fromEntries(
    dropIns.flatMap((one): [string, Row][] => [
      [
        `POST ${one} x-bf-async`,
        { scope: 'jobs:write', path: () => one, json: ask, headers: () => ({ 'x-bf-async': 'true' }) },
      ],
      [
        `POST ${one} x-bf-async-id`,
        { scope: 'jobs:read', path: () => one, json: {}, names: true, headers: () => ({ 'x-bf-async-id': uuid() }) },
      ],
    ]),
  ),
  'ANY /v1/proxy/{upstream}/…': {
    scope: 'jobs:write',
    path: () => '/v1/proxy/main/x',
    headers: () => ({ prefer: 'respond-async' }),
  },
};

beforeAll(async () => {
  ringback = await startRingback({ worker: false, env: { RINGBACK_EGRESS_ALLOW: '127.0.0.1:59999' } });
  callers = await makeCallers(ringback);
  const { trpc } = createRingback({ url: ringback.url, apiKey: ringback.credentials.apiKey });
  await trpc.upstreams.create.mutate({ name: 'main', baseUrl: target, format: 'openai' });
  ours.chat = (
    (await (await ringback.rest('POST', '/v1/async/chat/completions', { json: ask })).json()) as { id: string }
  ).id;
  const made = await ringback.rest('POST', '/v1/responses', {
    json: { model: 'main/m', input: 'x', background: true },
  });
  ours.response = ((await made.json()) as { id: string }).id.slice('resp_'.length);
});
afterAll(() => ringback.close());

async function call(name: string, credentials: Credentials) {
  const row = rows[name];
  if (row === undefined) throw new Error(`no row ${name}`);
  const [word = ''] = name.split(' ');
  const response = await ringback.rest(word === 'ANY' ? 'PUT' : word, row.path(), {
    key: null,
    headers: { ...credentials, ...row.headers?.() },
    ...(row.json && { json: row.json }),
  });
  return { status: response.status, text: await response.text() };
}

const jobs = async () => (await ringback.db.pool.query('select id, state from job order by id')).rows as unknown[];

describe.each(Object.keys(rows))('%s', (name) => {
  const row = rows[name] as Row;

  it('refuses who is nobody, also people of the dashboard', async () => {
    const before = await jobs();
    for (const { who, headers } of callers.nobodies)
      expect([who, (await call(name, headers)).status]).toEqual([who, row.quiet ? 404 : 401]);
    expect((await call(name, callers.people.owner)).status).toBe(row.quiet ? 404 : 401);
    expect(await jobs()).toEqual(before);
  });

  it('asks for its scope', async () => {
    const before = await jobs();
    const lacking: Scope[] = row.scope === 'jobs:write' ? ['jobs:read', 'callbacks:admin'] : ['callbacks:admin'];
    for (const scope of lacking) {
      const { status, text } = await call(name, callers.keys[scope]);
      expect([scope, status]).toEqual([scope, 403]);
      expect(text).toContain(row.scope);
    }
    expect(await jobs()).toEqual(before);
  });

  it('shows and changes nothing of ours for a key of another project', async () => {
    const before = await jobs();
    const { status, text } = await call(name, callers.strangerKey);
    // Another project has no upstream of ours either.
    expect(status).toBe(404);
    expect(text).not.toContain(target);
    expect(await jobs()).toEqual(before);
  });
});

it('lets in who may', async () => {
  const { projectId } = ringback.credentials;
  const key = async (scope: Scope) => ({
    authorization: `Bearer ${await addKey(ringback, parseId('prj', projectId) ?? '', [scope])}`,
  });
  const [reads, writes] = [await key('jobs:read'), await key('jobs:write')];
  const status = async (name: string, credentials: Credentials) => (await call(name, credentials)).status;
  expect(await status('GET /v1/async/chat/completions/{id}', reads)).toBe(202);
  expect(await status('GET /v1/responses/{id}', reads)).toBe(200);
  expect(await status('POST /v1/async/chat/completions', writes)).toBe(202);
  expect(await status('ANY /v1/proxy/{upstream}/…', writes)).toBe(202);
});

it('every route of the sources is known here', () => {
  const read = (file: string) => readFileSync(path.resolve(import.meta.dirname, '../../../src', file), 'utf8');
  const operations = [...read('domain/gateway/bifrost-shape.ts').matchAll(/\{ path: '([^']+)'/g)].map(([, one]) => one);
  expect([...operations].sort()).toEqual([...asyncPaths].sort());
  const routes = [
    ...read('server/gateway/response-routes.ts').matchAll(/\{ method: '(\w+)', path: \/\^(.*?)\$\//g),
  ].map(([, method, one = '']) => `${method} ${one.replaceAll('\\/', '/').replace('([^/]+)', '{id}')}`);
  const known = Object.keys(rows).filter((name) => /^\w+ \/v1\/responses(?:\/\S*)?$/.test(name));
  expect(known.map((name) => name.replace('/v1/responses', '')).sort()).toEqual([...routes].sort());
  const gateways = read('server/gateway/gateway-door.ts').match(/answer: /g) ?? [];
  // Bifrost's routes, the proxy, Bifrost's headers, responses; and the line of the type.
  expect(gateways.length).toBe(5);
});
