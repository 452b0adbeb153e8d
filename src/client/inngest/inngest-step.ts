import { notOffered } from '#src/client/event/not-offered.ts';
import {
  type FetchInput,
  type RingbackRequestInit,
  fetch as ringbackFetch,
  type ServedFetch,
  type ServedIo,
  type SubmitRequest,
} from '#src/client/index.ts';
import { asStep, isInStep } from './inngest-fetch.ts';
import { secondsUntil, toSeconds } from './inngest-time.ts';
import type { FunctionStep, SendInngestEvent, StepId } from './inngest-types.ts';

/** What to use instead of the steps of Inngest that are not there. */
const instead: Readonly<Record<string, string>> = {
  waitForEvent: 'use `step.callbackUrl` and `step.waitForCallback`: the one URL is for this run alone.',
  waitForSignal: 'use `step.callbackUrl` and `step.waitForCallback`.',
  sendSignal: 'post to the URL of `step.callbackUrl`.',
  invoke: 'use `step.sendEvent`, or call the code inside `step.run`.',
};
const insteadOfAi = 'give the SDK `step.fetch`, or the `fetch` of this package.';

type Send = (events: SendInngestEvent | readonly SendInngestEvent[]) => Promise<{ ids: string[] }>;

/** Makes the steps of a function from what a served run has. */
export function makeStep(io: ServedIo, flow: SubmitRequest['flow'], send: Send): FunctionStep {
  const keyOf = makeKeys();
  const offered: FunctionStep = {
    fetch: makeStepFetch(io.fetch, flow),
    run: (id, work, ...input) => io.step(keyOf(id), () => asStep(() => work(...input))),
    sleep: (id, time) => io.sleep(keyOf(id), toSeconds(time)),
    // The time until then matters only in the first entry: the step exists in later ones.
    sleepUntil: (id, time) => io.sleep(keyOf(id), secondsUntil(time)),
    sendEvent(id, events) {
      const key = keyOf(id);
      const list = [events].flat().map((event, index) => ({ id: `${io.runId}:${key}:${index}`, ...event }));
      return io.step(key, () => send(list));
    },
    callbackUrl: io.callbackUrl,
    waitForCallback: io.waitForCallback,
  };
  const others = Object.entries(instead).map(([name, use]) => [name, () => notOffered(`step.${name}`, use)]);
  const ai = new Proxy({}, { get: (_, name) => notOffered(`step.ai.${String(name)}`, insteadOfAi) });
  return { ...Object.fromEntries(others), ai, ...offered };
}

/** Makes what numbers equal ids: the second `a` is `a:1`, in the order of the calls. */
function makeKeys(): (id: StepId) => string {
  const taken = new Set<string>();
  const next = new Map<string, number>();
  return (given) => {
    const id = typeof given === 'string' ? given : given.id;
    let key = id;
    let number = next.get(id) ?? 1;
    while (taken.has(key)) key = `${id}:${number++}`;
    next.set(id, number);
    taken.add(key);
    return key;
  };
}

/** Makes the fetch of a function. Inside a step nothing may end the entry, so it is Ringback's ordinary fetch there. */
function makeStepFetch(fetch: ServedFetch, flow: SubmitRequest['flow']): ServedFetch {
  const send = (input: FetchInput, init: RingbackRequestInit = {}) => {
    const withFlow = { ...init, ringback: { ...(flow && { flow }), ...init.ringback } };
    return isInStep() ? ringbackFetch(input, withFlow) : fetch(input, withFlow);
  };
  return Object.defineProperty(send as ServedFetch, 'Response', { value: globalThis.Response });
}
