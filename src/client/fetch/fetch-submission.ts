import { RingbackError } from '#src/client/call/errors.ts';
import type { SubmitRequest } from '#src/client/job/submit-request.ts';
import { type FetchRequest, textHeader } from './fetch-request.ts';
import type { FetchOptions } from './fetch-types.ts';

/**
 * Returns the job of a request. A redirect that is not followed and a 304 are no failures. All other statuses from 400
 * on are retried by the rules; the last response is kept when they are used up.
 */
export function toSubmission(request: FetchRequest, options: FetchOptions, idempotencyKey: string): SubmitRequest {
  const { url, method, headers, body, redirect } = request;
  if (method === 'GET' && /\btext\/event-stream\b/i.test(textHeader(request, 'accept') ?? '')) throw endless();
  const { retry = usualPreset(request), ...fields } = options;
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
function usualPreset(request: FetchRequest): 'openai' | 'anthropic' | undefined {
  if (textHeader(request, 'anthropic-version') !== undefined) return 'anthropic';
  const isMadeLikeOpenais = textHeader(request, 'x-stainless-retry-count') !== undefined;
  return isMadeLikeOpenais || new URL(request.url).hostname === 'api.openai.com' ? 'openai' : undefined;
}

function endless(): RingbackError {
  const message =
    'A GET that accepts only an event stream may never end. Use the global fetch, or `submit` with `stream: true`.';
  return new RingbackError('invalid_input', message, { field: 'headers.accept' });
}
