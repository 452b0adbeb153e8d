import { type CallbackErrorCode, CallbackVerificationError } from './callback-event.ts';

/**
 * The codes of a receiver's response: the reasons of a failed verification, and the codes below. The sender tries again
 * after each of these:
 *
 * - `in_progress`: the same event is being handled right now.
 * - `handler_failed`: the handler threw.
 * - `seen_store_failed`: the store could not tell whether the event was seen before.
 * - `body_not_raw`: the body was parsed or read before it could be verified.
 * - `receiver_failed`: any other error, such as a `secrets` function that threw.
 */
export type CallbackAnswerCode =
  | CallbackErrorCode
  | 'in_progress'
  | 'handler_failed'
  | 'seen_store_failed'
  | 'body_not_raw'
  | 'receiver_failed';

/** The response to a callback. `body` is JSON, `{ code, message }`, without secrets. It is null with a 204. */
export type CallbackAnswer = { status: number; headers: Record<string, string>; body: string | null };

/** The seconds that a sender should wait while the event is being handled. */
const retryAfterSeconds = 5;

/** The response when the event was handled, now or before, or needed no handling. */
export const received: CallbackAnswer = { status: 204, headers: {}, body: null };

/** Makes a response with a reason. */
export function refuse(status: number, code: CallbackAnswerCode, message: string): CallbackAnswer {
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (status === 503 || status === 409) headers['retry-after'] = String(retryAfterSeconds);
  return { status, headers, body: JSON.stringify({ code, message }) };
}

/** Makes the response to a callback that failed verification. A mistake of the receiver is a 500. */
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
  keys_unavailable: 500,
};

/** True when the sender caused the error. The receiver need not report such an error. */
export function isSendersFault(error: unknown): error is CallbackVerificationError {
  return error instanceof CallbackVerificationError && error.code !== 'bad_secret' && error.code !== 'keys_unavailable';
}

/** Converts the answer to a `Response`. */
export function toResponse({ status, headers, body }: CallbackAnswer): Response {
  return new Response(body, { status, headers });
}
