import { createRingback, type Ringback, RingbackError, type SubmitManyEntry } from '#src/client/index.ts';
import type { SubmitRequest } from '#src/client/job/submit-request.ts';
import type { Chance } from './chance.ts';
import { addEntry, type Entry, type Ledger } from './ledger.ts';
import type { Lane } from './soak-target.ts';

/** Limits of the flows. The target is checked against them. */
export const flowLimits = {
  narrow: { key: 'narrow', concurrency: 3 },
  metered: { key: 'metered', rate: { limit: 60, periodSeconds: 2 } },
} as const;

/** Delays between the attempts of a callback. They are short, so that a soak ends, and outlast any outage. */
export const callbackSchedule = [1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 5, 5, 5, 5, 10, 10, 10, 10];

/** Retries that outlast any outage, and whatever the target answers. */
export const patience = { limit: 40, minTimeoutInMs: 200, maxTimeoutInMs: 2_000 };

export type LoadScene = {
  url: string;
  apiKey: string;
  targetUrl: string;
  receiverUrl: string;
  /** The app whose route makes runs. */
  appUrl: string;
  ledger: Ledger;
  chance: Chance;
  seed: number;
  /** The longest pause of a lane between two calls. */
  pauseMs: number;
  /** What the client calls in place of `fetch`. */
  fetch?: typeof globalThis.fetch;
};

/** A call of one kind: what it needs, and the name by which the target and the receivers know it. */
export type Play = { scene: LoadScene; client: Ringback; tag: string };

export const clientOf = ({ url, apiKey, fetch }: Pick<LoadScene, 'url' | 'apiKey' | 'fetch'>) =>
  createRingback({ url, apiKey, fetch });

/** Only an outage excuses a call that has no answer. */
export function note(ledger: Ledger, tag: string, error: unknown): void {
  const known = error instanceof RingbackError || (error as Error).name === 'TimeoutError';
  const passing = !(error instanceof RingbackError) || error.code === 'network_error' || (error.status ?? 0) >= 500;
  if (known && passing) ledger.unanswered += 1;
  else ledger.wrong.push(`${tag}: ${(error as Error).stack ?? error}`);
}

export const callbackOf = ({ receiverUrl }: LoadScene) => ({
  url: `${receiverUrl}/plain`,
  retry: { scheduleSeconds: callbackSchedule },
});

/** The longest time for a call with its repetitions, so that a lane never hangs. */
export const limited = () => ({ signal: AbortSignal.timeout(40_000) });

export type Asked = SubmitRequest & { url: string };

/** A request with a method, a policy, labels and a callback by chance. */
export function request({ scene, tag }: Play, lane: Lane): Asked {
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

function enter({ scene, tag }: Play, asked: Asked, about: Partial<Entry> = {}): Entry {
  const { method } = asked;
  return (
    scene.ledger.entries.get(tag) ??
    addEntry(scene.ledger, tag, {
      method: method === 'POST' ? 'POST' : 'GET',
      callback: asked.callback !== undefined,
      secret: asked.redact !== undefined,
      ...about,
    })
  );
}

export async function submitOne(play: Play, asked: Asked, about?: Partial<Entry>): Promise<Entry> {
  const entry = enter(play, asked, about);
  const { id } = await play.client.submit(asked, limited());
  entry.ids.add(id);
  return entry;
}

export async function submitBatch(play: Play, asked: Asked[]): Promise<Entry[]> {
  const entries = asked.map((one) => enter({ ...play, tag: one.url.split('/').at(-1) ?? '' }, one));
  const results: SubmitManyEntry[] = await play.client.submitMany(asked, limited());
  for (const [index, result] of results.entries()) {
    if (result.ok) entries[index]?.ids.add(result.job.id);
    else if (result.error.code !== 'unavailable') play.scene.ledger.wrong.push(`${play.tag}: ${result.error.message}`);
  }
  return entries;
}

export async function submitFlow(play: Play, lane: keyof typeof flowLimits): Promise<void> {
  const asked = Array.from({ length: 8 }, (_, index) => ({
    ...request({ ...play, tag: `${play.tag}-${index}` }, lane),
    flow: flowLimits[lane],
  }));
  await submitBatch(play, asked);
}

export async function cancel({ client }: Play, entry: Entry): Promise<void> {
  const [id] = entry.ids;
  if (id === undefined) return;
  const job = await client.cancel(id, limited());
  if (job.state === 'cancelled' && job.startedAt === null) entry.cancelledUnstarted = true;
}
