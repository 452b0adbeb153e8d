import { fingerprint } from '#src/client/fetch/fetch-fingerprint.ts';
import { makeRepeats } from '#src/client/fetch/fetch-repeats.ts';
import { type FetchRequest, readFetchRequest, readFetchSignal, readFetchUrl } from '#src/client/fetch/fetch-request.ts';
import { readResponse } from '#src/client/fetch/fetch-response.ts';
import { toSubmission } from '#src/client/fetch/fetch-submission.ts';
import type { FetchInput, RingbackRequestInit } from '#src/client/fetch/fetch-types.ts';
import { makeTurns } from '#src/client/fetch/make-turns.ts';
import type { Job } from '#src/contract/job/job.ts';
import { askForJob } from './ask-for-job.ts';
import type { Invocation } from './invocation.ts';
import type { ServedFetch } from './serve-types.ts';

/**
 * Makes the fetch of a served run. The key of a call is its request and how often the run has made it before, counted in
 * the order of the calls. A call that its SDK repeats after a failure gets the same job. A signal counts only if it is
 * aborted before the call: later aborts come from timers of SDKs, which mean nothing to a run that waits for hours.
 */
export function makeServedFetch(invocation: Invocation): ServedFetch {
  const repeats = makeRepeats();
  const takeTurn = makeTurns();
  const seen = new Map<string, number>();
  const jobs = new Map<string, Promise<Job>>();

  const nextKey = async (request: FetchRequest): Promise<string> => {
    const print = (await fingerprint(request)).slice(0, 32);
    const before = seen.get(print) ?? 0;
    seen.set(print, before + 1);
    return `fetch:${print}:${before}`;
  };

  const fetch = async (input: FetchInput, init: RingbackRequestInit = {}): Promise<Response> => {
    const { ringback = {}, ...rest } = init;
    const plain = rest as RequestInit;
    const url = readFetchUrl(input);
    if (!/^https?:$/.test(url.protocol)) return globalThis.fetch(input, plain);
    readFetchSignal(input, plain)?.throwIfAborted();
    const { onAbort: _, idempotencyKey, ...fields } = ringback;
    if (idempotencyKey !== undefined)
      throw new TypeError('A request of a run has its own key: leave out `idempotencyKey`.');
    const reading = readFetchRequest(url, input, plain);
    reading.catch(() => undefined);
    const { request, ticket, key } = await invocation.prepare(() =>
      takeTurn(async () => {
        const request = await reading;
        const ticket = await repeats.begin(request, () => nextKey(request));
        return { request, ticket, key: ticket?.key ?? (await nextKey(request)) };
      }),
    );
    const asking = jobs.get(key) ?? askForJob(invocation, key, toSubmission(request, fields, key));
    jobs.set(key, asking);
    try {
      const response = readResponse(await asking, request);
      ticket?.end(response.ok ? 'over' : 'open');
      return response;
    } catch (error) {
      ticket?.end('open');
      throw error;
    }
  };
  return Object.defineProperty(fetch as ServedFetch, 'Response', { value: globalThis.Response });
}
