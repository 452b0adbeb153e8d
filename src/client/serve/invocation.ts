import { RingbackError } from '#src/client/call/errors.ts';
import type { EnteredStep, KeptStep, StepInput } from '#src/contract/run/run-turn.ts';
import type { RunCalls } from './run-calls.ts';
import { isFinal, isOfRingback } from './run-failure.ts';
import { makeStepLedger, type NewStep, type StepLedger } from './step-ledger.ts';

/** How an entry of the route ends. `broken`: Ringback did not do what the entry needs, so the turn is to be repeated. */
export type InvocationEnd =
  | { state: 'waiting'; on: string[] }
  | { state: 'stale' }
  | { state: 'completed'; result: unknown }
  | { state: 'threw'; error: unknown }
  | { state: 'broken'; error: unknown };

/** One entry of the route. After its end, no call settles or does anything. */
export type Invocation = {
  /** Resolves with a step that has ended. `request` is what a step under this key must have asked for. */
  ask(step: NewStep, request?: string | undefined): Promise<EnteredStep>;
  /** Does work unless its result is kept, and resolves with the kept JSON. */
  work(key: string, act: () => Promise<string | null>): Promise<string | null>;
  /** Does what comes before a call, such as reading a body. The entry does not end meanwhile. */
  prepare<T>(act: () => Promise<T>): Promise<T>;
  /** Runs the handler, and resolves with how the entry ends. */
  run(handler: () => Promise<unknown>): Promise<InvocationEnd>;
};

/**
 * Time without any call, in milliseconds, after which an entry ends that waits for something. Code between two calls,
 * such as the reading of a response, may take a few turns of the event loop.
 */
const quietMs = 10;

/** A promise that never settles. */
const never: Promise<never> = new Promise(() => undefined);

/** Makes an entry. `entered` are the steps so far. */
export function makeInvocation(calls: RunCalls, entered: readonly EnteredStep[]): Invocation {
  const ledger = makeStepLedger(entered);
  let resolve: (end: InvocationEnd) => void = () => undefined;
  const ended = new Promise<InvocationEnd>((settle) => {
    resolve = settle;
  });
  let hasEnded = false;
  const finish = (end: InvocationEnd) => {
    hasEnded = true;
    pump.stop();
    resolve(end);
  };
  const pump = makePump(ledger, calls, finish);

  const unlessEnded = async <T>(act: () => Promise<T>): Promise<T> => {
    if (hasEnded) return never;
    try {
      const value = await act();
      return hasEnded ? await never : value;
    } catch (error) {
      return hasEnded ? never : Promise.reject(error);
    }
  };
  const waitFor = (key: string) => {
    const promise = ledger.waitFor(key);
    pump.wake();
    return promise;
  };

  return {
    ask: (step, request) =>
      unlessEnded(async () => {
        const { n, isKnown } = ledger.begin(step.key, step.kind, request);
        if (!isKnown) ledger.add({ ...step, n } as StepInput);
        return waitFor(step.key);
      }),
    work: (key, act) =>
      unlessEnded(async () => {
        const { n, isKnown } = ledger.begin(key, 'step');
        if (!isKnown) {
          const result = await pump.during('working', act);
          if (hasEnded) return never;
          ledger.add({ kind: 'step', key, n, result });
        }
        return (await waitFor(key)).result;
      }),
    prepare: (act) => unlessEnded(() => pump.during('preparing', act)),
    run(handler) {
      handler()
        .then(async (result) => {
          if (!hasEnded) await pump.flush();
          if (!hasEnded) finish({ state: 'completed', result });
        })
        .catch((error: unknown) => hasEnded || finish({ state: 'threw', error }));
      return ended;
    },
  };
}

/** Returns the error of a step that Ringback could not keep just now. It says nothing about the step itself. */
function findNotNow(steps: readonly KeptStep[]): RingbackError | undefined {
  for (const one of steps) {
    if (!one.ok && isOfRingback(one.error.code)) return new RingbackError(one.error.code, one.error.message);
  }
  return undefined;
}

/**
 * What moves an entry on. Results are handed out one at a time, in the order in which the steps ended, so that a race has
 * the same winner in each entry. When nothing is left to hand out, the new steps are kept, all at once.
 */
function makePump(ledger: StepLedger, calls: RunCalls, finish: (end: InvocationEnd) => void) {
  const count = { preparing: 0, working: 0 };
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isBusy = false;
  let isStopped = false;

  const wake = (afterMs = 0) => {
    clearTimeout(timer);
    const look = async () => {
      if (isBusy || count.preparing > 0) return;
      isBusy = true;
      const hasMoved = await step();
      isBusy = false;
      if (hasMoved) wake();
      else if (count.working > 0 || ledger.waiting().length === 0) return;
      else if (afterMs === 0) wake(quietMs);
      else finish({ state: 'waiting', on: ledger.waiting() });
    };
    if (!isStopped) timer = setTimeout(() => void look().catch(fail), afterMs);
  };
  // A refusal would come again, while Ringback being out of reach passes.
  const fail = (error: unknown) => finish({ state: isFinal(error) ? 'threw' : 'broken', error });

  const step = async (): Promise<boolean> => {
    const next = ledger.firstEnded();
    if (next === null) return keep();
    const isLarge = next.kind === 'request' && next.job === null;
    const whole = isLarge ? await calls.step(next.key) : next;
    if (whole === null) finish({ state: 'stale' });
    else if (!isStopped) ledger.handOut(whole);
    return true;
  };

  const keep = async (): Promise<boolean> => {
    const steps = ledger.takeNew();
    if (steps.length === 0) return false;
    const answer = await calls.keep(steps);
    if (isStopped) return true;
    const isLate = answer.state === 'stale' || answer.steps.some((one) => !one.ok && one.error.code === 'stale_turn');
    const notNow = answer.state === 'kept' ? findNotNow(answer.steps) : undefined;
    if (isLate) finish({ state: 'stale' });
    else if (notNow !== undefined) finish({ state: 'broken', error: notNow });
    else if (answer.state === 'kept') {
      for (const [index, one] of steps.entries()) {
        const kept = answer.steps[index];
        if (kept !== undefined) ledger.note(one, kept);
      }
    }
    return true;
  };

  return {
    wake: () => wake(),
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
    /** Does something during which the entry does not end. What is `preparing` also holds back the keeping. */
    async during<T>(what: keyof typeof count, act: () => Promise<T>): Promise<T> {
      count[what]++;
      try {
        return await act();
      } finally {
        count[what]--;
        wake();
      }
    },
    /** Keeps the steps that nobody waits for. */
    async flush() {
      if (isBusy || !ledger.hasNew()) return;
      isBusy = true;
      await keep().catch(fail);
    },
  };
}
