import { setTimeout as pause } from 'node:timers/promises';
import { RingbackError, redactString } from '#src/client/index.ts';
import { between, pick } from './chance.ts';
import { playCancelMany, playResendMany } from './kinds/bulk.ts';
import { playResponse, prepareResponses } from './kinds/responses.ts';
import { playRun } from './kinds/runs.ts';
import { playStream } from './kinds/streams.ts';
import { untilAnswered } from './rest-call.ts';
import { flakyRefusals } from './soak-target.ts';
import {
  callbackOf,
  callbackSchedule,
  cancel,
  clientOf,
  type LoadScene,
  limited,
  note,
  type Play,
  patience,
  request,
  submitBatch,
  submitFlow,
  submitOne,
} from './submitting.ts';

export type Load = {
  /** Submits nothing more, and resolves when every call has been answered. */
  stop(): Promise<void>;
};

/** Names of the schedules. Each makes its jobs by the clock, and more are made by hand. */
const schedules = ['soak-a', 'soak-b'];

/** Makes what the load needs: a named endpoint, one that hears of all jobs with a label, and schedules. */
export async function prepareLoad(scene: LoadScene): Promise<Record<'named' | 'wide' | 'models', string>> {
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
  const models = await client.trpc.endpoints.create.mutate({
    ...common,
    name: 'models',
    url: `${scene.receiverUrl}/models`,
    format: 'openai',
  });
  await prepareResponses(scene);
  for (const name of schedules)
    await client.schedules.create({ name, cron: '* * * * *', job: { url: `${scene.targetUrl}/plain/${name}` } });
  return { named: named.secret ?? '', wide: wide.secret ?? '', models: models.secret ?? '' };
}

/** Pauses the schedules, so that the load can come to its end. */
export async function endSchedules(scene: LoadScene): Promise<void> {
  for (const name of schedules) await untilAnswered(() => clientOf(scene).schedules.pause(name));
}

const secretOf = ({ ledger }: LoadScene, what: string) => redactString`Bearer ${`${ledger.marker}-${what}`}`;

/** Starts lanes that submit without an end, each one call after the other. */
export function startLoad(scene: LoadScene, lanes: number, weights: KindWeights = kinds): Load {
  let on = true;
  const client = clientOf(scene);
  const run = async (lane: number) => {
    for (let count = 0; on; count++) {
      const kind = pick(scene.chance(), weights as Record<Kind, number>);
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

/** Kinds of calls, by how often they are made. */
export const kinds = {
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
  flaky: 4,
  stream: 6,
  run: 5,
  response: 6,
  cancelMany: 2,
  resendMany: 2,
};
export type Kind = keyof typeof kinds;
/** Kinds to make, by their weights. */
export type KindWeights = { readonly [Name in Kind]?: number };

const plays: Record<Kind, (play: Play) => Promise<unknown>> = {
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
    // Each place has a value of its own: one that is known from the query would be masked in the others too.
    const own = (place: string) => `${scene.ledger.marker}-${place}-${play.tag}`;
    await submitOne(play, {
      ...request(play, 'secret'),
      url: `${scene.targetUrl}/secret/${play.tag}?key=${own('query')}`,
      method: 'POST',
      headers: {
        authorization: redactString`Bearer ${own('header')}`,
        'x-customer': redactString`acme:${own('customer')}`,
      },
      json: { prompt: 'why', card: own('body') },
      redact: { query: ['key'], body: ['/card'] },
      callback: {
        ...callbackOf(scene),
        headers: { authorization: redactString`Bearer ${own('callback')}` },
      },
    });
  },
  named: async (play) => submitOne(play, { ...request(play, 'plain'), callback: { endpoint: 'named' } }),
  schedule: async ({ scene, client }) =>
    void (await client.schedules.runNow(schedules[between(scene.chance, 0, 1)] ?? '', limited())),
  // As many retries as refusals: whoever counts one twice gives up too early.
  flaky: async (play) => {
    const counted = { limit: flakyRefusals, minTimeoutInMs: 100, maxTimeoutInMs: 500 };
    const bears = { retry: { '429,5xx': counted }, connectionError: { retry: patience } };
    await submitOne(play, { ...request(play, 'flaky'), ...bears, onInterrupted: 'retry' }, { patient: true });
  },
  stream: playStream,
  run: playRun,
  response: playResponse,
  cancelMany: playCancelMany,
  resendMany: playResendMany,
};
