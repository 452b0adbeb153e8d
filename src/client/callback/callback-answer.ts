import { type CallbackErrorCode, CallbackVerificationError } from './callback-event.ts';

/**
 * What a receiver says besides why a callback must not be believed. They are all answered so that the sender tries again:
 *
 * - `in_progress`: the same event is being handled right now.
 * - `handler_failed`: the handler threw.
 * - `seen_store_failed`: whether the event was seen before could not be found out.
 * - `body_not_raw`: something had parsed or read the body before it could be verified.
 * - `receiver_failed`: anything else, such as a function that was to find the secrets and threw.
 */
export type CallbackAnswerCode =
  | CallbackErrorCode
  | 'in_progress'
  | 'handler_failed'
  | 'seen_store_failed'
  | 'body_not_raw'
  | 'receiver_failed';

/** What to answer a callback with. `body` is JSON, `{ code, message }`, with nothing secret in it; null with a 204. */
export type CallbackAnswer = { status: number; headers: Record<string, string>; body: string | null };

/** How long a sender should wait while the event is being handled, in seconds. */
const retryAfterSeconds = 5;

/** The callback was acted upon, now or before, or there was nothing to do. */
export const received: CallbackAnswer = { status: 204, headers: {}, body: null };

/** An answer with a reason in it. */
export function refuse(status: number, code: CallbackAnswerCode, message: string): CallbackAnswer {
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (status === 503 || status === 409) headers['retry-after'] = String(retryAfterSeconds);
  return { status, headers, body: JSON.stringify({ code, message }) };
}

/** The answer to a callback that must not be believed; what the receiver has done wrong is a 500. */
export function refuseUnverified({ code, message }: CallbackVerificationError): CallbackAnswer {
  return refuse(statuses[code], code, message);
}

const statuses: Record<CallbackErrorCode, number> = {
  missing_header: 400,
  bad_timestamp: 400,
  body_incomplete: 400,
  body_not_json: 400,
  too_old: 401,
  too_new: 401,
  no_matching_signature: 401,
  body_too_large: 413,
  bad_secret: 500,
};

/** True where the sender is to blame, and the receiver need not be told. */
export function isSendersFault(error: unknown): error is CallbackVerificationError {
  return error instanceof CallbackVerificationError && error.code !== 'bad_secret';
}

/** The answer as a `Response`. */
export function toResponse({ status, headers, body }: CallbackAnswer): Response {
  return new Response(body, { status, headers });
}
