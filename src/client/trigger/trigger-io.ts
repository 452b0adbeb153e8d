import { notOffered } from '#src/client/event/not-offered.ts';
import type { CacheKey, ServedIo } from '#src/client/index.ts';
import type { SendEvent, TriggerEvent, TriggerIo, TriggerTask, TriggerTaskOptions } from './trigger-types.ts';

/** What to use instead of the parts of version 2 that are not there. */
const instead: Readonly<Record<string, string>> = {
  backgroundPoll: 'call `io.backgroundFetch` and `io.wait` in a loop, with a key for each round.',
  brb: 'leave it out: a run that waits holds no function.',
  cancelEvent: 'cancel the run with `ringback.runs.cancel`.',
  createStatus: 'Ringback shows the steps of the run; `ringback.runs.get` reads them.',
  getAuth: 'keep the keys of APIs in your own environment.',
  getEvent: 'read the run with `ringback.runs.get`.',
  parallel: 'use `Promise.all`.',
  random: "use `io.runTask('random', () => Math.random())`.",
  registerCron: 'let your own scheduler call `client.sendEvent`.',
  registerInterval: 'let your own scheduler call `client.sendEvent`.',
  registerTrigger: 'define a job.',
  runLocal: 'use `io.runTask`.',
  sendEvents: 'use `io.sendEvent` for each.',
  store: 'use a table of your own.',
  try: 'use try and catch.',
  unregisterCron: 'let your own scheduler call `client.sendEvent`.',
  unregisterInterval: 'let your own scheduler call `client.sendEvent`.',
  updateSource: 'receive webhooks in a route of your own.',
  updateWebhook: 'receive webhooks in a route of your own.',
  waitForEvent: 'use `io.runTask` with a callback, and post to its URL.',
  waitForRequest: 'use `io.runTask` with a callback, and post to its URL.',
  yield: 'leave it out: a run that waits holds no function.',
};

const callbackSeconds = 3_600;

/** Makes what a job works with, from what a served run has. */
export function makeTriggerIo(io: ServedIo, send: (event: SendEvent) => Promise<TriggerEvent>): TriggerIo {
  const offered: TriggerIo = {
    runId: io.runId,
    backgroundFetch: io.backgroundFetch,
    backgroundFetchResponse: io.backgroundFetchResponse,
    async runTask<T>(key: CacheKey, work: (task: TriggerTask) => Promise<T> | T, options: TriggerTaskOptions = {}) {
      const id = keyText(key);
      if (!options.callback?.enabled) return io.step(id, () => inTask(work, { id, callbackUrl: undefined }));
      const callbackUrl = await io.callbackUrl(`${id} callback`);
      await io.step(id, () => inTask(work, { id, callbackUrl }));
      const timeout = options.callback.timeoutInSeconds ?? callbackSeconds;
      return io.waitForCallback<T>(`${id} callback`, { timeout });
    },
    wait: (key, seconds) => io.sleep(keyText(key), seconds),
    async sendEvent(key, event) {
      // The id is the same in every entry, so that a step that was cut off sends the same event again.
      const { id = `${io.runId}:${keyText(key)}` } = event;
      const sent = await io.step(keyText(key), () => send({ ...event, id }));
      return { ...sent, timestamp: new Date(sent.timestamp) };
    },
    logger: console,
  };
  const others = Object.entries(instead).map(([name, use]) => [name, () => notOffered(`io.${name}`, use)]);
  return { ...Object.fromEntries(others), ...offered };
}

/** Does the work of a task. Version 2 hands it an `io` too, of which every part is refused here. */
function inTask<T>(work: (task: TriggerTask, io: object) => T, task: TriggerTask): T {
  const refusing = new Proxy(
    {},
    { get: (_, name) => notOffered(`io.${String(name)} inside runTask`, 'make the call beside the task, not in it.') },
  );
  return work(task, refusing);
}

/** Writes a key as one text. */
function keyText(key: CacheKey): string {
  return typeof key === 'string' ? key : JSON.stringify(key);
}
