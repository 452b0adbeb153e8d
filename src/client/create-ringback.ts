import type { RingbackOptions } from '#src/client/call/connection.ts';
import { RingbackError } from '#src/client/call/errors.ts';
import type { RingbackTrpc } from '#src/client/call/trpc-client.ts';
import { capture } from '#src/client/capture/capture.ts';
import type { CapturedCall, CaptureOptions, Resumable } from '#src/client/capture/capture-types.ts';
import { resume } from '#src/client/capture/resume.ts';
import { type EndpointCalls, makeEndpointCalls } from '#src/client/endpoint/endpoint-calls.ts';
import type { RingbackFetch } from '#src/client/fetch/fetch-types.ts';
import { type CallOptions, makeJobCalls, withKey } from '#src/client/job/job-calls.ts';
import { type EventsOptions, jobEvents, type StreamedEvent } from '#src/client/job/job-events.ts';
import { createRun, type RunIo } from '#src/client/job/run.ts';
import { makeRunRequests, type RunRequests, type StartOptions, startRun } from '#src/client/job/run-requests.ts';
import { type SimulateOptions, simulatePolicy } from '#src/client/job/simulate-policy.ts';
import { type SubmitEdits, type SubmitRequest, toEdits, toSubmitInput } from '#src/client/job/submit-request.ts';
import type { WaitOptions } from '#src/client/job/wait-for-job.ts';
import { makeSchedules, type Schedules } from '#src/client/schedule/schedule-calls.ts';
import { makeUpstreamCalls, type UpstreamCalls } from '#src/client/upstream/upstream-calls.ts';
import type { Job, JobAttempts, JobPage, SubmittedJob } from '#src/contract/job/job.ts';
import type { ListInput } from '#src/contract/job/job-filter-input.ts';
import type { StartedRun } from '#src/contract/run/run-view.ts';
import type { ErrorCode } from '#src/contract/shape/error-code.ts';
import type { SimulateAnswer, SimulatedOutcome } from '#src/contract/simulate/simulation.ts';
import type { SubmitManyResult } from '#src/contract/submit/batch.ts';
import type { SubmitInput } from '#src/contract/submit/submit-input.ts';
import { fetchWith } from './create-fetch.ts';

/** The result of one job of `submitMany`: the job, or the reason why it was refused. */
export type SubmitManyEntry = SubmitManyResult['results'][number];

/**
 * A client of one project. Every method rejects with a RingbackError when Ringback refuses the call or cannot be
 * reached. A failed call is repeated up to three times, unless a repeat could do the same thing twice.
 */
export type Ringback = {
  /**
   * Submits a request and resolves at once with the job. A request without an `idempotencyKey` gets a generated one
   * (`auto-…`), so that the call can be repeated after a lost response without making a second job.
   */
  submit(request: SubmitRequest, options?: CallOptions): Promise<SubmittedJob>;
  /**
   * Submits up to 1,000 requests, 32 MiB in total. The results are in the order of the requests. A refused request does
   * not stop the others.
   */
  submitMany(requests: readonly SubmitRequest[], options?: CallOptions): Promise<SubmitManyEntry[]>;
  /** Returns the job as it is now, with its result if it has one. */
  get(id: string, options?: CallOptions): Promise<Job>;
  /** Returns the jobs that exist, in the order of `ids`. */
  getMany(ids: readonly string[], options?: CallOptions): Promise<Job[]>;
  /** Waits until the job has ended, whatever its final state is, and returns it. */
  wait(id: string, options?: WaitOptions): Promise<Job>;
  /**
   * Yields the events of a job submitted with `stream: true` as they come, until the job has ended. A broken connection is
   * opened again where it broke. An event with `restart` says that those before count no more.
   */
  events(id: string, options?: EventsOptions): AsyncGenerator<StreamedEvent>;
  /** Returns the jobs that match all filters, newest first. Pass `nextCursor` as `cursor` to get the next page. */
  list(filter?: ListInput, options?: CallOptions): Promise<JobPage>;
  /** Returns every attempt of the job and of its callbacks, with each decision and its reason. */
  attempts(id: string, options?: CallOptions): Promise<JobAttempts>;
  /** Cancels the job, also while its request is running. A job that has ended stays unchanged. */
  cancel(id: string, options?: CallOptions): Promise<Job>;
  /**
   * Runs an ended job again as a new one, with the fields of `edits` changed. The call is repeated only after a 429.
   */
  rerun(id: string, edits?: SubmitEdits, options?: CallOptions): Promise<SubmittedJob>;
  /**
   * Resolves with what a policy does with these outcomes: each decision with its rule, its reason and its wait. `job` has
   * the fields of a submission that decide: the policy's, `method`, `headers` and `deadlineSeconds`. Nothing is sent or
   * stored.
   */
  simulate(job: SubmitEdits, outcomes: readonly SimulatedOutcome[], options?: SimulateOptions): Promise<SimulateAnswer>;
  /**
   * Returns a run of one of your functions. Use the same id when the run starts over: `backgroundFetch` then finds the
   * jobs of the earlier start.
   */
  run(runId: string): RunIo;
  /**
   * Starts a run of a route made with `serve`, and resolves at once. `route` is a URL, or a path of the app at `appUrl`;
   * `payload` is any JSON value of at most 256 KiB.
   */
  start(route: string | URL, payload?: unknown, options?: StartOptions): Promise<StartedRun>;
  /** Runs of routes made with `serve`. */
  readonly runs: RunRequests;
  /**
   * A `fetch` whose requests Ringback makes, for SDKs that take one. It resolves with a native Response, whatever its
   * status is. `createFetch` makes one with options.
   */
  readonly fetch: RingbackFetch;
  /**
   * Submits the request that an SDK makes inside `make`, and resolves with the job at once. `make` must make exactly one
   * request with the fetch that it is given; its call gets no result, and is aborted once the job is there. Rejects with `capture_no_request`,
   * `capture_second_request` (nothing is sent then), the code of a refusal, or what `make` throws before its request.
   */
  capture(make: CapturedCall<unknown>, options?: CaptureOptions): Promise<SubmittedJob>;
  /**
   * Makes the captured call again with the job's response, and settles as the call does: with the SDK's result, or with
   * the SDK's own error for a job that failed. Nothing is sent to the target. `make` must make the same request (method,
   * URL, content type, body). Takes the verified event about the job's end, or the ended job.
   *
   * Rejects with `capture_mismatch`, `capture_no_request`, `capture_second_request`, `result_expired` or `not_ended`.
   * For a job without a response the fetch rejects with a TypeError `fetch failed`, whose `cause` is a JobFailedError.
   */
  resume<T>(eventOrJob: Resumable, make: CapturedCall<T>): Promise<T>;
  /** Schedules, which make jobs by the clock. */
  readonly schedules: Schedules;
  /** Endpoints: webhook receivers that are registered once. */
  readonly endpoints: EndpointCalls;
  /** Upstreams: named APIs that jobs are sent to. */
  readonly upstreams: UpstreamCalls;
  /** The tRPC client underneath, with all procedures and their types. Throws `missing_setting` when there is no URL. */
  readonly trpc: RingbackTrpc;
};

/** Where Ringback is, and where your app is. */
export type CreateRingbackOptions = RingbackOptions & {
  /** The base URL of your app, for `start` with a path. Default: `RINGBACK_APP_URL` of the environment. */
  appUrl?: string | URL | undefined;
};

/** The most ids in one call of `getMany`. The ids are in the URL, and servers limit its length. */
const idsPerCall = 100;

/**
 * Creates a client for the Ringback at `url`. Nothing is sent, and no missing setting is an error, before the first
 * call.
 */
export function createRingback(options: CreateRingbackOptions = {}): Ringback {
  const { appUrl, ...settings } = options;
  const calls = makeJobCalls(settings);
  const { connection, call, submit, wait, cancel } = calls;
  const get: Ringback['get'] = async (id, options) =>
    call((trpc, rest) => trpc.jobs.get.query({ id }, rest), 'always', options);
  return {
    submit: (request, options) => submit(request, options),
    async submitMany(requests, options) {
      const checked = requests.map(checkOne);
      const jobs = checked.flatMap((one) => ('job' in one ? [one.job] : []));
      if (jobs.length === 0 && checked.length > 0) return checked.filter((one) => 'ok' in one);
      const { results } = await call((trpc, rest) => trpc.jobs.submitMany.mutate({ jobs }, rest), 'always', options);
      const left = results.values();
      return checked.map((one) => ('ok' in one ? one : (left.next().value as SubmitManyEntry)));
    },
    get,
    async getMany(ids, options) {
      const parts: Promise<{ jobs: Job[] }>[] = [];
      for (let at = 0; at < ids.length; at += idsPerCall) {
        const part = ids.slice(at, at + idsPerCall);
        parts.push(call((trpc, rest) => trpc.jobs.getMany.query({ ids: part }, rest), 'always', options));
      }
      return (await Promise.all(parts)).flatMap(({ jobs }) => jobs);
    },
    wait,
    events: (id, options) => jobEvents(connection, id, options),
    list: async (filter = {}, options) => call((trpc, rest) => trpc.jobs.list.query(filter, rest), 'always', options),
    attempts: async (id, options) => call((trpc, rest) => trpc.jobs.attempts.query({ id }, rest), 'always', options),
    cancel,
    rerun: async (id, edits, options) => {
      const input = edits === undefined ? { id } : { id, edits: toEdits(edits) };
      return call((trpc, rest) => trpc.jobs.rerun.mutate(input, rest), 'when_refused', options);
    },
    simulate: (job, outcomes, options = {}) => simulatePolicy(calls, job, outcomes, options),
    run: (runId) => createRun(calls, runId),
    start: async (route, payload, options = {}) => startRun(calls, appUrl, route, payload, options),
    runs: makeRunRequests(calls),
    fetch: fetchWith(calls),
    capture: (make, options = {}) => capture(calls, make, options),
    resume: (eventOrJob, make) => resume({ connection, get }, eventOrJob, make),
    schedules: makeSchedules(calls),
    endpoints: makeEndpointCalls(calls),
    upstreams: makeUpstreamCalls(calls),
    get trpc() {
      return calls.trpc();
    },
  };
}

/**
 * Prepares one job of a batch. A job that cannot be sent gets its refusal here, so that the others can still be sent.
 */
function checkOne(request: SubmitRequest): { job: SubmitInput } | (SubmitManyEntry & { ok: false }) {
  try {
    return { job: withKey(toSubmitInput(request)) };
  } catch (error) {
    if (!(error instanceof RingbackError)) throw error;
    const { code, message, field } = error;
    return { ok: false, error: { code: code as ErrorCode, message, ...(field !== undefined && { field }) } };
  }
}
