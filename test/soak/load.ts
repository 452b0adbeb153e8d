import { setTimeout as pause } from 'node:timers/promises';
import { createRingback, type Ringback, RingbackError, redactString, type SubmitManyEntry } from '#src/client/index.ts';
import type { SubmitRequest } from '#src/client/job/submit-request.ts';
import { between, type Chance, pick } from './chance.ts';
import { addEntry, type Entry, type Ledger } from './ledger.ts';
import type { Lane } from './soak-target.ts';

/** Limits of the flows. The target is checked against them. */
export const flowLimits = {
  narrow: { key: 'narrow', concurrency: 3 },
  metered: { key: 'metered', rate: { limit: 60, periodSeconds: 2 } },
} as const;

/** Delays between the attempts of a callback. They are short, so that a soak ends, and outlast any outage. */
export const callbackSchedule = [1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 5, 5, 5, 5, 10, 10, 10, 10];

export type LoadScene = {
  url: string;
  apiKey: string;
  targetUrl: string;
  receiverUrl: string;
  ledger: Ledger;
  chance: Chance;
  /** The longest pause of a lane between two calls. */
  pauseMs: number;
};

export type Load = {
  /** Submits nothing more, and resolves when every call has been answered. */
  stop(): Promise<void>;
};

/** Names of the schedules. Each makes its jobs by the clock, and more are made by hand. */
const schedules = ['soak-a', 'soak-b'];

/** Makes what the load needs: a named endpoint, one that hears of all jobs with a label, and schedules. */
export async function prepareLoad(scene: LoadScene): Promise<{ named: string; wide: string }> {
  const client = clientOf(scene);
  const common = { scheduleSeconds: callbackSchedule, headers: { authorization: secretOf(scene, 'endpoint') } };
  const named = await client.trpc.endpoints.create.mutate({
    ...common,
    name: 'named',
    url: `${scene.receiverUrl}/named`,
  });
  const wide = await client.trpc.endpoints.create.mutate({
    ...common,
    name: 'wide',
    url: `${scene.receiverUrl}/wide`,
    projectWide: true,
    labels: ['wide'],
    events: ['job.*'],
    concurrency: 20,
  });
  for (const name of schedules)
    await client.schedules.create({ name, cron: '* * * * *', job: { url: `${scene.targetUrl}/plain/${name}` } });
  return { named: named.secret ?? '', wide: wide.secret ?? '' };
}

/** Pauses the schedules, so that the load can come to its end. */
export async function endSchedules(scene: LoadScene): Promise<void> {
  for (const name of schedules) await clientOf(scene).schedules.pause(name);
}

const clientOf = ({ url, apiKey }: LoadScene) => createRingback({ url, apiKey });
const secretOf = ({ ledger }: LoadScene, what: string) => redactString`Bearer ${`${ledger.marker}-${what}`}`;

/** Starts lanes that submit without an end, each one call after the other. */
export function startLoad(scene: LoadScene, lanes: number): Load {
  let on = true;
  const client = clientOf(scene);
  const run = async (lane: number) => {
    for (let count = 0; on; count++) {
      const kind = pick(scene.chance(), kinds);
      try {
        await plays[kind]({ scene, client, tag: `${kind}-${lane}-${count}` });
      } catch (error) {
        note(scene.ledger, `${kind}-${lane}-${count}`, error);
      }
      await pause(scene.chance() * scene.pauseMs);
    }
  };
  const running = Promise.all(Array.from({ length: lanes }, (_, lane) => run(lane)));
  return {
    async stop() {
      on = false;
      await running;
    },
  };
}

/** Only an outage excuses a call that has no answer. */
function note(ledger: Ledger, tag: string, error: unknown): void {
  const known = error instanceof RingbackError || (error as Error).name === 'TimeoutError';
  const passing = !(error instanceof RingbackError) || error.code === 'network_error' || (error.status ?? 0) >= 500;
  if (known && passing) ledger.unanswered += 1;
  else ledger.wrong.push(`${tag}: ${(error as Error).stack ?? error}`);
}

type Play = { scene: LoadScene; client: Ringback; tag: string };

/** Kinds of calls, by how often they are made. */
const kinds = {
  single: 20,
  batch: 12,
  keyed: 8,
  narrow: 3,
  metered: 3,
  limited: 3,
  later: 6,
  cancelled: 8,
  aborted: 5,
  secret: 6,
  named: 8,
  schedule: 2,
};

const plays: Record<keyof typeof kinds, (play: Play) => Promise<unknown>> = {
  single: async (play) => submitOne(play, request(play, 'plain')),
  batch: async (play) => {
    const count = between(play.scene.chance, 5, 25);
    await submitBatch(
      play,
      Array.from({ length: count }, (_, i) => request({ ...play, tag: `${play.tag}-${i}` }, 'plain')),
    );
  },
  async keyed(play) {
    const asked = { ...request(play, 'plain'), idempotencyKey: play.tag };
    // Three callers at once, and one later.
    await Promise.allSettled([1, 2, 3].map(() => submitOne(play, asked)));
    await submitOne(play, asked);
    const other = await play.client.submit({ ...asked, url: `${asked.url}?other` }, limited()).catch((error) => error);
    if (!(other instanceof RingbackError)) play.scene.ledger.wrong.push(`${play.tag}: another request took its key`);
    else if (other.code !== 'idempotency_conflict') throw other;
  },
  narrow: async (play) => submitFlow(play, 'narrow'),
  metered: async (play) => submitFlow(play, 'metered'),
  // A 429 holds back all jobs with the same credentials, so these have some of their own.
  limited: async (play) => submitOne(play, { ...request(play, 'limited'), headers: { 'x-api-key': 'limited' } }),
  later: async (play) =>
    submitOne(play, { ...request(play, 'plain'), delaySeconds: between(play.scene.chance, 1, 8), priority: 5 }),
  async cancelled(play) {
    const entry = await submitOne(play, { ...request(play, 'plain'), delaySeconds: 5 });
    await pause(play.scene.chance() * 3_000);
    await cancel(play, entry);
  },
  async aborted(play) {
    const entry = await submitOne(play, request(play, 'slow'));
    await pause(play.scene.chance() * 1_000);
    await cancel(play, entry);
  },
  async secret(play) {
    const { scene } = play;
    const own = `${scene.ledger.marker}-${play.tag}`;
    await submitOne(play, {
      ...request(play, 'secret'),
      url: `${scene.targetUrl}/secret/${play.tag}?key=${own}`,
      method: 'POST',
      headers: { authorization: redactString`Bearer ${own}`, 'x-customer': redactString`acme:${own}` },
      json: { prompt: 'why', card: own },
      redact: { query: ['key'], body: ['/card'] },
      callback: {
        ...callbackOf(scene),
        headers: { authorization: redactString`Bearer ${own}` },
      },
    });
  },
  named: async (play) => submitOne(play, { ...request(play, 'plain'), callback: { endpoint: 'named' } }),
  schedule: async ({ scene, client }) =>
    void (await client.schedules.runNow(schedules[between(scene.chance, 0, 1)] ?? '', limited())),
};

const callbackOf = ({ receiverUrl }: LoadScene) => ({
  url: `${receiverUrl}/plain`,
  retry: { scheduleSeconds: callbackSchedule },
});

/** The longest time for a call with its repetitions, so that a lane never hangs. */
const limited = () => ({ signal: AbortSignal.timeout(40_000) });

type Asked = SubmitRequest & { url: string };

/** A request with a method, a policy, labels and a callback by chance. */
function request({ scene, tag }: Play, lane: Lane): Asked {
  const { chance } = scene;
  const method = chance() < 0.5 ? 'GET' : 'POST';
  const quick = { limit: 8, minTimeoutInMs: 200, maxTimeoutInMs: 1_500 };
  return {
    url: `${scene.targetUrl}/${lane}/${tag}`,
    method,
    labels: chance() < 0.3 ? ['soak', 'wide'] : ['soak'],
    ...(method === 'POST' ? { json: { tag } } : {}),
    ...(chance() < 0.5 ? { retry: { '429,5xx': quick }, connectionError: { retry: quick } } : {}),
    ...(chance() < 0.1 ? { onInterrupted: 'fail' as const } : {}),
    ...(chance() < 0.6 ? { callback: callbackOf(scene) } : {}),
  };
}

function enter({ scene, tag }: Play, asked: Asked): Entry {
  const { method } = asked;
  return (
    scene.ledger.entries.get(tag) ??
    addEntry(scene.ledger, tag, {
      method: method === 'POST' ? 'POST' : 'GET',
      callback: asked.callback !== undefined,
      secret: asked.redact !== undefined,
    })
  );
}

async function submitOne(play: Play, asked: Asked): Promise<Entry> {
  const entry = enter(play, asked);
  const { id } = await play.client.submit(asked, limited());
  entry.ids.add(id);
  return entry;
}

async function submitBatch(play: Play, asked: Asked[]): Promise<void> {
  const entries = asked.map((one) => enter({ ...play, tag: one.url.split('/').at(-1) ?? '' }, one));
  const results: SubmitManyEntry[] = await play.client.submitMany(asked, limited());
  for (const [index, result] of results.entries()) {
    if (result.ok) entries[index]?.ids.add(result.job.id);
    else if (result.error.code !== 'unavailable') play.scene.ledger.wrong.push(`${play.tag}: ${result.error.message}`);
  }
}

async function submitFlow(play: Play, lane: keyof typeof flowLimits): Promise<void> {
  const asked = Array.from({ length: 8 }, (_, index) => ({
    ...request({ ...play, tag: `${play.tag}-${index}` }, lane),
    flow: flowLimits[lane],
  }));
  await submitBatch(play, asked);
}

async function cancel({ client }: Play, entry: Entry): Promise<void> {
  const [id] = entry.ids;
  if (id === undefined) return;
  const job = await client.cancel(id, limited());
  if (job.state === 'cancelled' && job.startedAt === null) entry.cancelledUnstarted = true;
}
