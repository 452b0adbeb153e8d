import { RingbackError } from '#src/client/call/errors.ts';
import {
  type FetchRequest,
  readFetchRequest,
  readFetchSignal,
  readFetchUrl,
  textHeader,
} from '#src/client/fetch/fetch-request.ts';
import type { FetchInput } from '#src/client/fetch/fetch-types.ts';
import { printRequest } from './capture-print.ts';
import type { CapturedCall, CaptureFetch } from './capture-types.ts';

/** A request that was read, and its print. */
export type PrintedRequest = { request: FetchRequest; print: string };

/** A fetch for the one request of a call. */
export type OnlyRequest = {
  fetch: CaptureFetch;
  /** True once the fetch was called for an http or https URL. */
  wasMade(): boolean;
  /** True while a request is read, so nobody knows yet whether it is a second one. */
  isReading(): boolean;
};

type First = { reading: Promise<PrintedRequest>; signal: AbortSignal | undefined; failed: boolean };

/**
 * Makes a fetch for one request, which `answer` answers. A repeat of this request by the SDK is answered too; any other
 * request is the error `capture_second_request`. RingbackErrors go to `fail`, and the SDK gets a response that is held
 * until `over` is aborted: it would repeat the request after an error, or hide the error in one of its own.
 */
export function makeOnlyRequest(
  answer: (made: PrintedRequest, isRepeat: boolean) => Promise<Response>,
  fail: (error: RingbackError) => void,
  over: AbortSignal,
): OnlyRequest {
  let first: First | undefined;
  let unread = 0;

  const take = async (reading: Promise<PrintedRequest>, signal: AbortSignal | undefined): Promise<Response> => {
    const before = first;
    const current = before ?? { reading, signal, failed: false };
    first = current;
    unread++;
    const made = await reading.finally(() => unread--);
    if (before !== undefined && !isRepeat(before, await before.reading, made)) throw second(made);
    try {
      const response = await answer(made, before !== undefined);
      current.failed ||= response.status >= 400;
      return response;
    } catch (error) {
      current.failed = true;
      throw error;
    }
  };

  const fetch = async (input: FetchInput, init: RequestInit = {}): Promise<Response> => {
    const url = readFetchUrl(input);
    if (!/^https?:$/.test(url.protocol)) return globalThis.fetch(input, init);
    const signal = readFetchSignal(input, init);
    signal?.throwIfAborted();
    try {
      return await take(read(url, input, init), signal);
    } catch (error) {
      if (!(error instanceof RingbackError)) throw error;
      fail(error);
      return heldResponse(over);
    }
  };
  Object.defineProperty(fetch, 'Response', { value: globalThis.Response });
  return { fetch: fetch as CaptureFetch, wasMade: () => first !== undefined, isReading: () => unread > 0 };
}

/** Calls the function of the caller. What it throws at once is a rejection too. */
export async function makeCall<T>(make: CapturedCall<T>, fetch: CaptureFetch): Promise<T> {
  return make(fetch);
}

/**
 * Returns a response whose body does not come, and fails when `over` is aborted. An SDK that has it does not repeat the
 * request. The failure ends the SDK's timers, which would keep the process for minutes.
 */
export function heldResponse(over: AbortSignal): Response {
  const body = new ReadableStream({
    start(controller) {
      const stop = () => controller.error(over.reason);
      if (over.aborted) stop();
      else over.addEventListener('abort', stop, { once: true });
    },
  });
  return new Response(body, { headers: { 'content-type': 'application/json' } });
}

/** Returns the error for a call that made no request. */
export function noRequest(): RingbackError {
  const message = 'The function made no request with the fetch that it was given. It must return its call.';
  return new RingbackError('capture_no_request', message);
}

async function read(url: URL, input: FetchInput, init: RequestInit): Promise<PrintedRequest> {
  const request = await readFetchRequest(url, input, init);
  return { request, print: await printRequest(request) };
}

/** True if an SDK makes its first request again: after a failure or its own timeout, or by saying so. */
function isRepeat({ signal, failed }: First, before: PrintedRequest, made: PrintedRequest): boolean {
  if (before.print !== made.print) return false;
  const key = textHeader(made.request, 'idempotency-key');
  const isNamed = key !== undefined && key === textHeader(before.request, 'idempotency-key');
  const count = Number(textHeader(made.request, 'x-stainless-retry-count') ?? 0);
  return failed || isNamed || count > 0 || signal?.aborted === true;
}

function second({ request }: PrintedRequest): RingbackError {
  const { method, url } = request;
  const message = `The function made a second request (${method} ${new URL(url).origin}${new URL(url).pathname}).`;
  return new RingbackError('capture_second_request', message);
}
