import { readEnvironment } from '#src/client/call/environment.ts';
import { RingbackError } from '#src/client/call/errors.ts';
import { pause } from '#src/client/call/pause.ts';
import { mayPass } from '#src/client/call/repeat-call.ts';
import type { Run, RunDetail, RunListInput, RunPage, StartedRun } from '#src/contract/run/run-view.ts';
import { type CallOptions, type JobCalls, newKey } from './job-calls.ts';
import type { WaitOptions } from './wait-for-job.ts';

/** The options of `start`. */
export type StartOptions = CallOptions & {
  /** The same key leads to the same run. Without one, a generated key lets a lost call be repeated. */
  idempotencyKey?: string | undefined;
  /** Up to 16 texts to filter by. */
  labels?: readonly string[] | undefined;
};

/** The calls about runs of routes made with `serve`. */
export type RunRequests = {
  /** Returns the run as it is now, with its steps and turns. */
  get(id: string, options?: CallOptions): Promise<RunDetail>;
  /** Returns the runs that match all filters, newest first. Pass `nextCursor` as `cursor` to get the next page. */
  list(filter?: RunListInput, options?: CallOptions): Promise<RunPage>;
  /** Cancels the run and its open jobs. A run that has ended stays unchanged. */
  cancel(id: string, options?: CallOptions): Promise<Run>;
  /**
   * Waits until the run has ended, and returns it. The wait outlives Ringback being down. Rejects with `run_failed` when the
   * run failed or was cancelled, and with `wait_timeout`.
   */
  wait(id: string, options?: WaitOptions): Promise<RunDetail>;
};

/** The longest pause between two questions whether a run has ended. */
const askEveryMs = 2_000;

/** Starts a run of a route: a URL, or a path of the app at `appUrl`. */
export async function startRun(
  { call }: Pick<JobCalls, 'call'>,
  appUrl: string | URL | undefined,
  route: string | URL,
  payload: unknown,
  { signal, labels, idempotencyKey = newKey() }: StartOptions,
): Promise<StartedRun> {
  const url = toRouteUrl(route, appUrl);
  const input = { url, payload, idempotencyKey, ...(labels && { labels: [...labels] }) };
  return call((trpc, rest) => trpc.runs.start.mutate(input, rest), 'always', { signal });
}

function toRouteUrl(route: string | URL, appUrl: string | URL | undefined): string {
  const text = String(route);
  if (/^https?:/i.test(text)) return text;
  const base = appUrl ?? readEnvironment().appUrl;
  if (base !== undefined && URL.canParse(base))
    return `${String(base).replace(/\/+$/, '')}/${text.replace(/^\/+/, '')}`;
  const message = 'Where is the app? Pass `appUrl` to createRingback, set RINGBACK_APP_URL, or give the whole URL.';
  throw new RingbackError('missing_setting', message);
}

/** Makes the calls about runs. */
export function makeRunRequests({ call }: Pick<JobCalls, 'call'>): RunRequests {
  const get: RunRequests['get'] = async (id, options) =>
    call((trpc, rest) => trpc.runs.get.query({ id }, rest), 'always', options);
  return {
    get,
    list: async (filter = {}, options) => call((trpc, rest) => trpc.runs.list.query(filter, rest), 'always', options),
    cancel: async (id, options) => call((trpc, rest) => trpc.runs.cancel.mutate({ id }, rest), 'always', options),
    async wait(id, { signal, timeoutMs = Number.POSITIVE_INFINITY } = {}) {
      const until = performance.now() + timeoutMs;
      for (let pauseMs = 100; ; pauseMs = Math.min(askEveryMs, pauseMs * 1.5)) {
        const run = await unlessAway(() => get(id, { signal }));
        if (run?.state === 'completed') return run;
        if (run?.state === 'failed' || run?.state === 'cancelled') throw runFailed(run);
        const leftMs = until - performance.now();
        if (leftMs <= 0)
          throw new RingbackError('wait_timeout', `Run ${id} had not ended after ${timeoutMs} ms. It goes on.`);
        await pause(Math.min(pauseMs, leftMs), signal);
      }
    },
  };
}

/** Returns null when Ringback cannot be reached, or cannot answer just now. */
async function unlessAway<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    if (mayPass(error)) return null;
    throw error;
  }
}

function runFailed({ id, state, error }: Run): RingbackError {
  const why = error === null ? '' : `: ${error.message} (${error.code})`;
  return new RingbackError('run_failed', `Run ${id} ${state === 'failed' ? 'failed' : 'was cancelled'}${why}`);
}
