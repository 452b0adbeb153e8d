import { readEnvironment } from '#src/client/call/environment.ts';
import { RingbackError } from '#src/client/call/errors.ts';
import type { Run, RunDetail, RunListInput, RunPage, StartedRun } from '#src/contract/run/run-view.ts';
import { type CallOptions, type JobCalls, newKey } from './job-calls.ts';
import { type WaitOptions, waitForEnd } from './wait-for-job.ts';

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
export function makeRunRequests({ call, connection }: Pick<JobCalls, 'call' | 'connection'>): RunRequests {
  const get: RunRequests['get'] = async (id, options) =>
    call((trpc, rest) => trpc.runs.get.query({ id }, rest), 'always', options);
  return {
    get,
    list: async (filter = {}, options) => call((trpc, rest) => trpc.runs.list.query(filter, rest), 'always', options),
    cancel: async (id, options) => call((trpc, rest) => trpc.runs.cancel.mutate({ id }, rest), 'always', options),
    async wait(id, options) {
      const hasEnded = ({ endedAt }: RunDetail) => endedAt !== null;
      const run = await waitForEnd(connection, { noun: 'run', id, hasEnded }, options);
      if (run.state !== 'completed') throw runFailed(run);
      return run;
    },
  };
}

function runFailed({ id, state, error }: Run): RingbackError {
  const why = error === null ? '' : `: ${error.message} (${error.code})`;
  return new RingbackError('run_failed', `Run ${id} ${state === 'failed' ? 'failed' : 'was cancelled'}${why}`);
}
