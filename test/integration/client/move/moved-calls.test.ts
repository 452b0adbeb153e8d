import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { createRingback, type Ringback, type RunDetail } from '#src/client/index.ts';
import { fetch as anyFetch, type FunctionStep, Inngest, NonRetriableError, serve } from '#src/client/inngest/index.ts';
import { createAppRoute, eventTrigger, TriggerClient, type TriggerIo } from '#src/client/trigger/index.ts';
import { type GatedTarget, startGatedTarget } from '#test/support/gated-target.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { type AppRoutes, type ServeApp, startServeApp } from '#test/support/serve-app.ts';

let server: TestRingback;
let target: GatedTarget;
let app: ServeApp;
let ringback: Ringback;
const routes: AppRoutes = {};

beforeAll(async () => {
  [server, target] = await Promise.all([startRingback(), startGatedTarget()]);
  app = await startServeApp(routes);
  ringback = createRingback({ url: server.url, apiKey: server.credentials.apiKey });
  target.open();
});
beforeEach(() => {
  vi.stubEnv('RINGBACK_URL', server.url);
  vi.stubEnv('RINGBACK_API_KEY', server.credentials.apiKey);
  vi.stubEnv('RINGBACK_APP_URL', app.url);
});
afterAll(async () => {
  await app.close();
  await server.close();
  await target.close();
});

/** Resolves with the ended runs of a function, oldest first. */
async function runsOf(functionId: string, count: number): Promise<RunDetail[]> {
  const isOfFunction = ({ idempotencyKey }: { idempotencyKey: string | null }) =>
    idempotencyKey?.startsWith(`function:${functionId}:`) ?? false;
  const list = async () => (await ringback.runs.list({ label: functionId })).runs.filter(isOfFunction);
  await expect.poll(async () => (await list()).length, { timeout: 20_000 }).toBe(count);
  return Promise.all((await list()).reverse().map(({ id }) => ringback.runs.wait(id)));
}

/** Returns the code of what a call throws, and its message. */
function thrownBy(act: () => unknown): string {
  try {
    act();
    return 'nothing';
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    return `${code}: ${message}`;
  }
}

it('Trigger.dev: jobs of one event, a schema, tasks, an event of a job, and what is refused', async () => {
  const client = new TriggerClient({ id: 'trigger' });
  const refused: string[] = [];
  let tasks = 0;
  const schema = { parse: (payload: unknown) => ({ n: Number((payload as { n: string }).n) }) };
  const first = client.defineJob({
    ...{ id: 'first', name: 'First', version: '1.0.0' },
    trigger: eventTrigger({ name: ['count', 'other'], schema }),
    run: async ({ n }, io, ctx) => {
      const task = await io.runTask(['a', 'task'], ({ id }) => ({ id, done: ++tasks }));
      await io.wait('a moment', 0.1);
      const sent = await io.sendEvent('tell', { name: 'told', payload: { n } });
      const others = io as TriggerIo & Record<'backgroundPoll' | 'store', () => void>;
      refused.splice(0, 2, thrownBy(others.backgroundPoll), thrownBy(others.store));
      if (sent.id !== `${io.runId}:tell`) io.logger.error('another id', sent.id);
      return {
        n,
        task,
        job: ctx.job.id,
        event: ctx.event.name,
        at: ctx.event.timestamp?.getTime(),
        inRun: ctx.run.id === io.runId,
      };
    },
  });
  expect(first).toEqual({ id: 'first', name: 'First', version: '1.0.0' });
  const trigger = eventTrigger({ name: 'told' });
  client.defineJob({ id: 'told', name: 'Told', version: '1.0.0', trigger, run: (payload) => payload });
  client.defineJob({ id: 'off', name: 'Off', version: '1.0.0', trigger, enabled: false, run: () => 'never' });
  routes['/api/trigger'] = createAppRoute(client).POST;
  const timestamp = new Date('2026-01-01T00:00:00Z');
  await client.sendEvents([{ id: 'e1', name: 'count', payload: { n: '7' }, timestamp }, { name: 'unheard' }]);
  const [run] = await runsOf('first', 1);
  expect(run?.result).toEqual({
    ...{ n: 7, task: { id: '["a","task"]', done: 1 }, job: 'first', event: 'count' },
    ...{ at: timestamp.getTime(), inRun: true },
  });
  expect((await runsOf('told', 1)).map(({ result }) => result)).toEqual([{ n: 7 }]);
  expect((await ringback.runs.list({ label: 'off' })).runs).toEqual([]);
  expect(refused).toEqual([
    'not_offered: io.backgroundPoll is not offered by Ringback: call `io.backgroundFetch` and `io.wait` in a loop, with a key for each round.',
    'not_offered: io.store is not offered by Ringback: use a table of your own.',
  ]);
  await expect(client.sendEvent({ name: 'count' }, { deliverAt: new Date() })).rejects.toMatchObject({
    code: 'not_offered',
  });
});

it('Inngest: equal ids are numbered, and fetch is the function’s, the step’s or an ordinary one', async () => {
  const inngest = new Inngest({ id: 'inngest' });
  const made: string[] = [];
  const steps = inngest.createFunction({ id: 'steps', triggers: { event: 'go' } }, async ({ event, step, runId }) => {
    const ran = await Promise.all(['x', 'y', 'z'].map((text) => step.run('same', () => made.push(text) && text)));
    await step.sleep('short', 100);
    await step.sleep('short', '0.1 seconds');
    await step.sleepUntil('past', '2020-01-01T00:00:00Z');
    const inside = await anyFetch(`${target.url}/inside/${event.data.n}`);
    const inStep = await step.run({ id: 'in step' }, async () => {
      const [a, b] = await Promise.all([
        anyFetch(`${target.url}/step/a`).then((response) => response.json()),
        step.fetch(`${target.url}/step/b`).then((response) => response.json()),
      ]);
      return [a, b];
    });
    const { ids } = await step.sendEvent('tell', [{ name: 'one' }, { id: 'own', name: 'two' }]);
    return { ran, inside: await inside.json(), inStep, ids: ids.map((id) => id.replace(runId, 'run')) };
  });
  const never = inngest.createFunction({ id: 'never' }, [{ event: 'fail' }], async () => {
    made.push('failed');
    throw new NonRetriableError('not again');
  });
  const { GET, POST, PUT } = serve({ client: inngest, functions: [steps, never] });
  routes['/api/inngest'] = POST;
  expect([(await GET(new Request(app.url))).status, (await PUT(new Request(app.url))).status]).toEqual([200, 200]);
  vi.spyOn(console, 'error').mockImplementation(() => {});
  expect(await inngest.send([{ id: 'g1', name: 'go', data: { n: 1 } }, { name: 'fail' }])).toMatchObject({
    ids: ['g1', expect.any(String)],
  });
  await inngest.send({ id: 'g1', name: 'go', data: { n: 1 } });
  const [run] = await runsOf('steps', 1);
  const hit = { hit: 1 };
  const ids = ['run:tell:0', 'own'];
  expect(run?.result).toEqual({ ran: ['x', 'y', 'z'], inside: hit, inStep: [hit, hit], ids });
  const keys = run?.steps.map(({ kind, key }) => (kind === 'request' ? kind : key)).sort();
  const slept = ['short', 'short:1', 'past'];
  expect(keys).toEqual(['same', 'same:1', 'same:2', ...slept, 'request', 'in step', 'tell'].sort());
  expect(['/inside/1', '/step/a', '/step/b'].map((path) => target.hits.get(path))).toEqual([1, 1, 1]);
  const [failed] = (await ringback.runs.list({ label: 'never' })).runs;
  await expect(ringback.runs.wait(failed?.id ?? '')).rejects.toThrow('not again (non_retriable)');
  expect(made.sort()).toEqual(['failed', 'x', 'y', 'z']);
  // Outside of functions it is Ringback's fetch, or the fallback.
  expect(await (await anyFetch(`${target.url}/outside`)).json()).toEqual(hit);
  anyFetch.config({ fallback: async () => new Response('fallback') });
  expect(await (await anyFetch(`${target.url}/outside`)).text()).toBe('fallback');
  anyFetch.config({});
});

it('Inngest: refuses what would mean something else here, and says what to use', () => {
  const inngest = new Inngest({ id: 'refusing' });
  const create = (options: object, trigger: object = { event: 'e' }) =>
    thrownBy(() => inngest.createFunction({ id: 'f', ...options }, trigger as { event: string }, () => undefined));
  const refused = [
    create({ debounce: { period: '1m' } }),
    create({ concurrency: { limit: 1, key: 'event.data.id' } }),
    create({ concurrency: [{ limit: 1, scope: 'account' }] }),
    create({ concurrency: [1, 2] }),
    create({ throttle: { limit: 1, period: '1m', burst: 2 } }),
    create({}, { cron: '* * * * *' }),
    create({}, { event: 'e', if: 'true' }),
  ];
  expect(refused.map((text) => text.split(':', 2)[0])).toEqual(refused.map(() => 'not_offered'));
  expect(create({ concurrency: [{ limit: 3 }], throttle: { limit: 5, period: '1m' }, retries: 0 })).toBe('nothing');
});

it('a route refuses what is no turn, and names a function that it does not have', async () => {
  const inngest = new Inngest({ id: 'routes' });
  const { POST } = serve({ client: inngest, functions: [] });
  const post = (query: string) => POST(new Request(`${app.url}/api/x${query}`, { method: 'POST' }));
  expect((await post('')).status).toBe(400);
  const unknown = await post('?function=gone');
  expect([unknown.status, await unknown.json()]).toMatchObject([404, { error: { code: 'unknown_function' } }]);
});

it('steps of Inngest that are not there say what to use', async () => {
  const inngest = new Inngest({ id: 'others', route: '/others' });
  const said: string[] = [];
  const others = inngest.createFunction({ id: 'others' }, { event: 'others' }, ({ step }) => {
    type Missing = FunctionStep & { waitForEvent(): void; invoke(): void; ai: { infer(): void } };
    const missing = step as Missing;
    said.push(...[missing.waitForEvent, missing.invoke, () => missing.ai.infer()].map(thrownBy));
  });
  routes['/others'] = serve({ client: inngest, functions: [others] }).POST;
  await inngest.send({ name: 'others' });
  await runsOf('others', 1);
  expect(said).toEqual([
    expect.stringMatching(/^not_offered: step\.waitForEvent .* `step.callbackUrl`/),
    expect.stringMatching(/^not_offered: step.invoke .* `step.sendEvent`/),
    expect.stringMatching(/^not_offered: step.ai.infer .* `step.fetch`/),
  ]);
});
