import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { createRingback, type JobEvent, type Ringback, type RunDetail } from '#src/client/index.ts';
import type { Inngest } from '#src/client/inngest/index.ts';
import type { TriggerClient } from '#src/client/trigger/index.ts';
import { type ModelProvider, startModelProvider } from '#test/support/model-provider.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { type AppRoutes, type ServeApp, startServeApp } from '#test/support/serve-app.ts';
import { type ExampleModules, fences, readGuide, startExampleModules } from './page-examples.ts';

/** Time after which the app's platform cuts off a request, and time that a model takes, which is longer. */
const limitMs = 6_000;
const slow = 'slow=7000';

let server: TestRingback;
let provider: ModelProvider;
let app: ServeApp;
let ringback: Ringback;
let modules: ExampleModules;
const routes: AppRoutes = {};
type Route = { POST: (request: Request) => Promise<Response> };

beforeAll(async () => {
  [server, provider, modules] = await Promise.all([startRingback(), startModelProvider(), startExampleModules()]);
  app = await startServeApp(routes, { limitMs });
  ringback = createRingback({ url: server.url, apiKey: server.credentials.apiKey });
});
beforeEach(() => {
  vi.stubGlobal('AI_SDK_LOG_WARNINGS', false);
  const settings = {
    RINGBACK_URL: server.url,
    RINGBACK_API_KEY: server.credentials.apiKey,
    RINGBACK_WEBHOOK_SECRET: server.credentials.webhookSecret,
    RINGBACK_APP_URL: app.url,
    API_KEY: 'sk-guide',
    OPENAI_API_KEY: 'sk-test',
    OPENAI_BASE_URL: `${provider.url}/v1`,
    ANTHROPIC_API_KEY: 'sk-ant',
    ANTHROPIC_BASE_URL: provider.url,
  };
  for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value);
});
afterAll(async () => {
  await app.close();
  await server.close();
  await provider.close();
  await modules.close();
});

/**
 * Writes the code of a guide as modules of an app. A fence is named by the comment in its first line, or by its number.
 * `@/` is the app. Only the origin of the API is changed.
 */
async function writeGuide(page: string, others: Readonly<Record<string, string>> = {}, prelude = ''): Promise<void> {
  const flat = (path: string) => `${page}-${path.replaceAll('/', '-')}`;
  const all = fences(readGuide(`docs/${page}.md`)).map(({ after, code }, index): [string, string] => {
    const named = /^\/\/ (\S+)\.ts$/m.exec(code.split('\n', 1)[0] ?? '')?.[1];
    return [named ?? String(index), after === 'js' ? `${code}\nexport { transform };\n` : code];
  });
  for (const [name, code] of [...all, ...Object.entries(others)]) {
    const here = code
      .replaceAll(/'@\/([^']+)'/g, (_, path: string) => `'./${flat(path)}.ts'`)
      .replaceAll('https://api.example.com', () => provider.url);
    await modules.write(`${flat(name)}.ts`, `${prelude}${here}\nexport {};\n`);
  }
}

const load = <T>(page: string, name: string | number) =>
  modules.load<T>(`${page}-${String(name).replaceAll('/', '-')}.ts`);

/** Resolves with the ended run of a function that an event has started. */
async function runOf(eventId: string, name: string, id: string): Promise<RunDetail> {
  const { runs } = await ringback.runs.list({ label: name });
  const handing = runs.find(({ idempotencyKey }) => idempotencyKey === `event:${eventId}`);
  const { result } = await ringback.runs.wait(handing?.id ?? '');
  const started = (result as { runs: { function: string; run: string }[] }).runs;
  return ringback.runs.wait(started.find((one) => one.function === id)?.run ?? '');
}

it('docs/from-trigger-dev.md: a job fetches, waits, and is answered by callback', async () => {
  const page = 'from-trigger-dev';
  await writeGuide(page, {
    mail: 'export const mails: string[] = [];\nexport const sendMail = async (text: string) => void mails.push(text);',
  });
  routes['/api/trigger'] = (await load<Route>(page, 'app/api/trigger/route')).POST;
  const { mails } = await load<{ mails: string[] }>(page, 'mail');
  await load(page, 3);
  await expect
    .poll(() => mails, { timeout: 30_000 })
    .toEqual([expect.stringMatching(/^Is this right\? .* Answer to http/)]);
  const url = /http\S+$/.exec(mails[0] ?? '')?.[0] ?? '';
  await fetch(url, { method: 'POST', body: '{"right":true}' });
  const { result, steps } = await runOf('my-webapp:ticket-7-closed', 'ticket.closed', 'summary');
  expect(result).toMatchObject({ answer: { right: true } });
  // The callback may come before the run waits for it, and has the first place then.
  expect(steps.map(({ kind, key }) => `${kind} ${key}`).sort()).toEqual([
    'callback approval callback',
    'request summary',
    'sleep a moment',
    'step approval',
  ]);
  expect(provider.hits('/summaries')).toBe(1);
  expect(provider.requests.find(({ path }) => path === '/summaries')?.headers.authorization).toBe('Bearer sk-guide');
  // The same event again, as the guide says, starts nothing.
  const { client } = await load<{ client: TriggerClient }>(page, 'trigger');
  const event = { id: 'ticket-7-closed', name: 'ticket.closed', payload: { ticket: '7' } };
  await client.sendEvent(event);
  await expect(client.sendEvent({ ...event, payload: {} })).rejects.toMatchObject({ code: 'idempotency_conflict' });
  expect((await ringback.runs.list({ label: 'summary' })).runs.length).toBe(1);
});

it('docs/from-inngest.md: a function uses an SDK, sleeps, fetches, and sends an event', async () => {
  const page = 'from-inngest';
  vi.stubEnv('ANTHROPIC_BASE_URL', `${provider.url}/v1`);
  await writeGuide(page);
  routes['/api/inngest'] = (await load<Route>(page, 'app/api/inngest/route')).POST;
  await load(page, 3);
  const run = await runOf('my-app:ticket-7-closed', 'ticket/closed', 'close-ticket');
  expect(run.result).toEqual({ text: 'answer to Summarise ticket 7', status: 200 });
  expect(run.steps.map(({ kind }) => kind)).toEqual(['request', 'sleep', 'step', 'request', 'step']);
  expect(provider.hits('Summarise ticket 7')).toBe(1);
  const { inngest } = await load<{ inngest: Inngest }>(page, 'inngest/client');
  expect(inngest.id).toBe('my-app');
  const told = await runOf(`my-app:${run.id}:tell:0`, 'ticket/summarised', 'tell');
  expect(told.result).toMatch(/^[0-9a-f-]{36}$/);
  const { flows } = await ringback.trpc.flows.list.query({});
  expect(flows).toEqual([expect.objectContaining({ key: 'close-ticket', concurrency: 5 })]);
});

it('docs/ten-second-routes.md: three slow calls fit into a route with a limit, and so does one that is captured', async () => {
  const page = 'ten-second-routes';
  await writeGuide(page, {
    'app/reports':
      'export const saved: unknown[] = [];\nexport const saveReport = async (...all: unknown[]) => void saved.push(all);',
  });
  routes['/api/answer'] = (await load<Route>(page, 'app/api/answer/route')).POST;
  routes['/api/tickets'] = (await load<Route>(page, 'app/api/tickets/route')).POST;
  const summaries = await load<Route & { submit(ticket: string, callback: string): Promise<string> }>(
    page,
    'app/api/summaries/route',
  );
  routes['/api/summaries'] = summaries.POST;
  await summaries.submit(`${slow} b`, `${app.url}/api/summaries`);
  const response = await fetch(`${app.url}/api/tickets`, { method: 'POST', body: `{"ticket":"${slow} a"}` });
  const { id } = (await response.json()) as { id: string };
  const draft = `answer to Draft a reply to ${slow} a`;
  expect((await ringback.runs.wait(id)).result).toEqual({
    reply: `answer to Shorten: ${draft}`,
    summary: [expect.objectContaining({ text: `answer to Summarise ${slow} a` })],
  });
  const prompts = [`Draft a reply to ${slow} a`, `Summarise ${slow} a`, `Shorten: ${draft}`, `Summarise ${slow} b`];
  expect(prompts.map((prompt) => provider.hits(prompt))).toEqual([1, 1, 1, 1]);
  const { saved } = await load<{ saved: unknown[] }>(page, 'app/reports');
  await expect
    .poll(() => saved, { timeout: 20_000 })
    .toEqual([[`${slow} b`, [expect.objectContaining({ text: `answer to Summarise ${slow} b` })]]]);
});

it('docs/callbacks-into-other-systems.md: receivers as each system documents them', async () => {
  const page = 'callbacks-into-other-systems';
  const urls = {
    workflow: '/.well-known/workflow/v1/webhook/token',
    waitpoint: '/api/v1/waitpoints/tokens/waitpoint_1/callback/hash',
    inngest: '/e/webhook-key',
  };
  const [workflow, waitpoint, inngest] = Object.values(urls).map((path) => JSON.stringify(app.url + path));
  const prelude = `import { createRingback } from '@ringback/client';
const ringback = createRingback(), webhook = { url: ${workflow} }, waitpoint = { url: ${waitpoint} }, webhookUrl = ${inngest};
`;
  await writeGuide(page, {}, prelude);
  type Event = { id: string; name: string; data: { signed: Signed } };
  const got: { request?: Request; output?: JobEvent; event?: Event } = {};
  type Signed = { headers: Record<string, string>; raw: string };
  type Transform = (evt: unknown, headers: object, query: object, raw: string) => Event;
  const { transform } = await load<{ transform: Transform }>(page, 3);
  // The generated route answers 404 to whatever goes wrong, here once: the callback must be sent again.
  let failures = 1;
  routes[urls.workflow] = async (request) => {
    if (failures-- > 0) return new Response(null, { status: 404 });
    got.request = new Request(request.url, { method: 'POST', headers: request.headers, body: await request.text() });
    return new Response(null, { status: 202 });
  };
  routes[urls.waitpoint] = async (request) => {
    if (request.method !== 'POST') return Response.json({ error: 'Method not allowed' }, { status: 405 });
    if (!request.headers.get('content-length'))
      return Response.json({ error: 'Content-Length header is required' }, { status: 411 });
    got.output = (await request.json().catch(() => ({}))) as JobEvent;
    return Response.json({ success: true });
  };
  routes[urls.inngest] = async (request) => {
    const raw = await request.text();
    const event = transform(JSON.parse(raw), Object.fromEntries(request.headers), {}, raw);
    if (!event.name || event.name.startsWith('inngest/'))
      return Response.json({ ids: [], status: 400, error: 'event name is empty' }, { status: 400 });
    got.event = event;
    return Response.json({ ids: [got.event?.id], status: 200 });
  };
  for (const index of [0, 2, 4]) await load(page, index);
  await expect.poll(() => Object.keys(got).sort(), { timeout: 30_000 }).toEqual(['event', 'output', 'request']);

  const { readReport } = await load<{ readReport(request: Request): Promise<unknown> }>(page, 1);
  expect(await readReport(got.request as Request)).toMatchObject({ state: 'completed', result: { status: 200 } });
  expect(got.output).toMatchObject({ type: 'job.completed', data: { state: 'completed' } });
  expect((await ringback.get(String(got.output?.data.id))).state).toBe('completed');
  expect(got.event).toMatchObject({ name: 'ringback/job.completed', data: { metadata: { order: 'order-7' } } });
  const { isOurs } = await load<{ isOurs(signed: Signed): Promise<boolean> }>(page, 5);
  const signed = got.event?.data.signed as Signed;
  expect(got.event?.id).toBe(signed.headers['webhook-id']);
  expect(await isOurs(signed)).toBe(true);
  expect(await isOurs({ ...signed, raw: signed.raw.replace('order-7', 'order-8') })).toBe(false);
});
