import { RingbackError } from '#src/client/call/errors.ts';
import type { SubmitRequest } from '#src/client/job/submit-request.ts';
import type { FetchRequest } from './fetch-request.ts';
import type { FetchOptions } from './fetch-types.ts';

/**
 * Returns the job of a request. A redirect that is not followed and a 304 are no failures. All other statuses from 400
 * on are retried by the rules; the last response is kept when they are used up.
 */
export function toSubmission(request: FetchRequest, options: FetchOptions, idempotencyKey: string): SubmitRequest {
  const { url, method, headers, body, redirect } = request;
  const names = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
  if (method === 'GET' && /\btext\/event-stream\b/i.test(names.get('accept') ?? '')) throw endless();
  const { retry = usualPreset(url, names), ...fields } = options;
  return {
    ...fields,
    ...{ url, method, headers, idempotencyKey, accept: '2xx,3xx' },
    ...(body === null ? {} : { body }),
    ...(retry === undefined ? {} : { retry }),
    redirect: redirect === 'follow' ? 'follow' : 'manual',
  };
}

/**
 * Returns the preset of the API that a request is for. It does what the API's own SDK would do, whose repeats are
 * turned off by `x-should-retry: false`.
 */
function usualPreset(url: string, headers: ReadonlyMap<string, string>): 'openai' | 'anthropic' | undefined {
  if (headers.has('anthropic-version')) return 'anthropic';
  const isOpenai = headers.has('x-stainless-retry-count') || new URL(url).hostname === 'api.openai.com';
  return isOpenai ? 'openai' : undefined;
}

function endless(): RingbackError {
  const message =
    'A GET that accepts only an event stream may never end, and Ringback answers when a response is whole. ' +
    'Use the global fetch for it. The stream of a POST, such as `stream: true`, is answered as a whole.';
  return new RingbackError('invalid_input', message, { field: 'headers.accept' });
}
