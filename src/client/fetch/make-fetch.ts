import { RingbackError } from '#src/client/call/errors.ts';
import type { JobCalls } from '#src/client/job/job-calls.ts';
import type { SubmitRequest } from '#src/client/job/submit-request.ts';
import { type CallOutcome, makeRepeats } from './fetch-repeats.ts';
import { type FetchRequest, readFetchRequest, readFetchSignal, readFetchUrl } from './fetch-request.ts';
import { fetchFailed, readResponse } from './fetch-response.ts';
import { toSubmission } from './fetch-submission.ts';
import type { FetchCallOptions, FetchOptions, PlainFetch, RingbackFetch, RingbackRequestInit } from './fetch-types.ts';
import { makeTurns } from './make-turns.ts';

/** The client methods that a fetch uses, and whether there is a URL to call. */
export type FetchCalls = Pick<JobCalls, 'isConfigured' | 'submitPatiently' | 'submitAndWait' | 'wait' | 'cancel'>;

/** The keys of requests. A run has them in the order of its calls, so `inOrder` makes each call wait for its turn. */
export type FetchKeys = { inOrder: boolean; next(request: FetchRequest): Promise<string> };

type Signal = AbortSignal | undefined;

/** Makes a fetch whose requests are jobs with the options and keys that are given. */
export function makeFetch(calls: FetchCalls, keys: FetchKeys, options: FetchOptions = {}): RingbackFetch {
  const repeats = makeRepeats();
  const takeTurn = keys.inOrder ? makeTurns() : <T>(begin: () => Promise<T>) => begin();
  let fallback: PlainFetch | undefined;

  /** Resolves with the key, and the ticket of a call that may be repeated. */
  const nameCall = async (request: FetchRequest, key: string | undefined) => {
    if (key !== undefined) return { key, ticket: null };
    const ticket = await repeats.begin(request, () => keys.next(request));
    return { key: ticket?.key ?? (await keys.next(request)), ticket };
  };

  const send = async (reading: Promise<FetchRequest>, own: FetchCallOptions, signal: Signal): Promise<Response> => {
    const { onAbort = 'keep', idempotencyKey, ...fields } = { ...options, ...own };
    // The call may be waiting for its turn when the reading fails, and nobody else listens until then.
    reading.catch(() => undefined);
    const named = takeTurn(async () => {
      const read = await unlessAborted(reading, signal);
      return { request: read, ...(await nameCall(read, idempotencyKey)) };
    });
    const { request, key, ticket } = await unlessAborted(named, signal);
    let outcome: CallOutcome = 'open';
    try {
      const job = await end(calls, toSubmission(request, fields, key), onAbort, signal);
      if (job.result === null) outcome = 'without_response';
      const response = readResponse(job, request);
      if (response.ok) outcome = 'over';
      return response;
    } catch (error) {
      if (signal?.aborted && onAbort === 'cancel') outcome = 'over';
      throw toFetchError(error, signal);
    } finally {
      ticket?.end(outcome);
    }
  };

  const fetch = async (input: string | URL | Request, init: RingbackRequestInit = {}): Promise<Response> => {
    const { ringback = {}, ...rest } = init;
    const plain = rest as RequestInit;
    const url = readFetchUrl(input);
    if (!/^https?:$/.test(url.protocol)) return (fallback ?? globalThis.fetch)(input, plain);
    if (fallback !== undefined && !calls.isConfigured()) return fallback(input, plain);
    const signal = readFetchSignal(input, plain);
    signal?.throwIfAborted();
    return send(readFetchRequest(url, input, plain), ringback, signal);
  };
  return Object.defineProperties(fetch as RingbackFetch, {
    Response: { value: globalThis.Response },
    fallback: { get: () => fallback },
    config: {
      value(given: { fallback?: PlainFetch | undefined }) {
        fallback = given.fallback;
        return fetch;
      },
    },
  });
}

async function end(calls: FetchCalls, submission: SubmitRequest, onAbort: 'keep' | 'cancel', signal: Signal) {
  if (signal === undefined || onAbort === 'keep') return calls.submitAndWait(submission, { signal });
  // The submission is not aborted, because only its answer tells which job to cancel.
  const submitting = calls.submitPatiently(submission);
  const cancel = () => void submitting.then(({ id }) => calls.cancel(id)).catch(() => undefined);
  signal.addEventListener('abort', cancel, { once: true });
  try {
    const { id } = await unlessAborted(submitting, signal);
    return await calls.wait(id, { signal });
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

/** Resolves as `promise` does, unless the signal is aborted before. Then it rejects with the signal's reason. */
function unlessAborted<T>(promise: Promise<T>, signal: Signal): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) return stop();
    signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

/**
 * Returns what `fetch` rejects with. Ringback being out of reach looks like a network failure to libraries, which may
 * try again; a refusal does not.
 */
function toFetchError(error: unknown, signal: Signal): unknown {
  if (signal?.aborted) return signal.reason;
  if (!(error instanceof RingbackError)) return error;
  const { code, status = 0 } = error;
  const isFailure = code === 'network_error' || code === 'bad_answer' || status === 429 || status >= 500;
  return isFailure ? fetchFailed(error) : error;
}
