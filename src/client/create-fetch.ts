import type { RingbackOptions } from '#src/client/call/connection.ts';
import type { FetchOptions, RingbackFetch } from '#src/client/fetch/fetch-types.ts';
import { makeFetch } from '#src/client/fetch/make-fetch.ts';
import { type JobCalls, makeJobCalls, newKey } from '#src/client/job/job-calls.ts';

/** Where Ringback is, and the options of all requests. */
export type CreateFetchOptions = RingbackOptions & FetchOptions;

/**
 * Creates a `fetch` whose requests Ringback makes. Nothing is read or sent before the first call; `url` and `apiKey`
 * are then those of the environment if they are not given. Its `fetch` option is for the calls to Ringback.
 */
export function createFetch(options: CreateFetchOptions = {}): RingbackFetch {
  const { url, apiKey, fetch, ...fields } = options;
  return fetchWith(makeJobCalls({ url, apiKey, fetch }), fields);
}

/** Makes a fetch of calls that exist. */
export function fetchWith(calls: JobCalls, options: FetchOptions = {}): RingbackFetch {
  const keys = { inOrder: false, next: async () => newKey() };
  return makeFetch(calls, keys, options);
}

/** A fetch that reads `RINGBACK_URL` and `RINGBACK_API_KEY` at each call. */
export const readyFetch: RingbackFetch = /* @__PURE__ */ createFetch();
