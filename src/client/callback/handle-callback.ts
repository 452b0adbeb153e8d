import { type CallbackAnswer, isSendersFault, received, refuse, refuseUnverified } from './callback-answer.ts';
import { RawBodyError } from './callback-body.ts';
import { CallbackVerificationError, type RingbackEvent } from './callback-event.ts';
import type { CallbackRequest } from './callback-request.ts';
import { refusedId, warnOfRefused } from './refused-callback.ts';
import type { SeenClaim, SeenStore } from './seen-store.ts';
import { type VerifyOptions, verifyCallback } from './verify-callback.ts';
import type { WebhookSecrets } from './webhook-secrets.ts';

/**
 * The handlers by event type. A handler is awaited, and its return value is ignored. When it throws, the sender tries
 * again. `request` is the framework's own object. A `Request` of the framework still has its body unread.
 */
export type CallbackHandlers<Passed> = {
  [Event in RingbackEvent as Event['type']]?: (event: Event, request: Passed) => unknown;
};

/** The options for receiving callbacks. */
export type ReceiveOptions<Passed> = VerifyOptions & {
  /** The handlers. Events of other types are acknowledged and ignored, so that new types do no harm. */
  on: CallbackHandlers<Passed>;
  /** The secrets. Default: `RINGBACK_WEBHOOK_SECRET`, which may hold several, separated by commas. */
  secrets?: WebhookSecrets | undefined;
  /** A store that makes each event be handled once. Default: none, so an event that comes twice is handled twice. */
  seen?: SeenStore | undefined;
  /** The seconds that a handler may take. After that another attempt may handle its event again. Default 900. */
  leaseSeconds?: number | undefined;
  /**
   * Called with an error of the receiver: a handler that threw, a store that failed, a malformed secret, a body that
   * was parsed. Not called for refused callbacks: see `onRefused`. `event` is null when no event was verified. Default:
   * `console.error`.
   */
  onError?: ((error: unknown, event: RingbackEvent | null) => unknown) | undefined;
  /**
   * Called with each complete callback that none of the secrets has signed. `id` is its `webhook-id`, which is not
   * verified. Not called for other invalid requests. Default: `console.warn`, at most once a minute.
   */
  onRefused?: ((error: CallbackVerificationError, id: string) => unknown) | undefined;
};

/**
 * Receives a callback: verifies it, checks that it was not handled before, handles it, and returns the response to
 * send. Never rejects.
 *
 * - 204: the event was handled, now or before, or its type has no handler.
 * - 400, 401, 413: the callback failed verification.
 * - 409: the same event is being handled right now. The sender tries again.
 * - 503: the store of seen events failed. The sender tries again.
 * - 500: the handler threw, or the receiver is set up wrongly. The sender tries again.
 */
export async function handleCallback<Passed>(
  request: CallbackRequest,
  options: ReceiveOptions<Passed>,
  passed: Passed,
): Promise<CallbackAnswer> {
  let event: RingbackEvent;
  try {
    event = await verifyCallback<RingbackEvent>(request, options.secrets, options);
  } catch (error) {
    if (!isSendersFault(error)) await tell(options, error, null);
    if (error instanceof CallbackVerificationError) {
      await tellRefused(options, error, request);
      return refuseUnverified(error);
    }
    if (error instanceof RawBodyError) return refuse(500, error.code, error.message);
    return refuse(500, 'receiver_failed', 'The callback could not be verified: the receiver has failed.');
  }
  return handleOnce(event, options, passed);
}

async function handleOnce<Passed>(
  event: RingbackEvent,
  options: ReceiveOptions<Passed>,
  passed: Passed,
): Promise<CallbackAnswer> {
  const handler = Object.hasOwn(options.on, event.type) ? options.on[event.type] : undefined;
  if (handler === undefined) return received;
  let claim: SeenClaim | 'in_progress' | 'done' | undefined;
  try {
    claim = await options.seen?.claim(event.id, options.leaseSeconds ?? 900);
  } catch (error) {
    await tell(options, error, event);
    return refuse(503, 'seen_store_failed', 'Whether the event was seen before could not be found out.');
  }
  if (claim === 'done') return received;
  // The status is not 503, which would mean that the receiver is overloaded and would delay other events too.
  if (claim === 'in_progress') return refuse(409, 'in_progress', 'The event is being handled right now.');
  try {
    // The type of the event selected the handler, so the handler takes this event.
    await (handler as (event: RingbackEvent, passed: Passed) => unknown)(event, passed);
  } catch (error) {
    await tell(options, error, event);
    await settle(claim, 'release', options, event);
    return refuse(500, 'handler_failed', 'The handler of the event has failed.');
  }
  await settle(claim, 'done', options, event);
  return received;
}

/**
 * Ends a claim. A claim that cannot be released ends with its lease. An event that cannot be marked as done is
 * acknowledged all the same, because sending it again would handle it twice.
 */
async function settle<Passed>(
  claim: SeenClaim | undefined,
  how: 'done' | 'release',
  options: ReceiveOptions<Passed>,
  event: RingbackEvent,
): Promise<void> {
  try {
    await claim?.[how]();
  } catch (error) {
    await tell(options, error, event);
  }
}

async function tellRefused<Passed>(
  { onRefused, secrets }: ReceiveOptions<Passed>,
  error: CallbackVerificationError,
  { headers }: CallbackRequest,
): Promise<void> {
  const id = refusedId(error, headers);
  if (id === null) return;
  try {
    if (onRefused === undefined) warnOfRefused(id, secrets !== undefined);
    else await onRefused(error, id);
  } catch {
    // An error in a log function must not change the response.
  }
}

async function tell<Passed>(
  { onError = log }: ReceiveOptions<Passed>,
  error: unknown,
  event: RingbackEvent | null,
): Promise<void> {
  try {
    await onError(error, event);
  } catch {
    // An error in a log function must not change the response.
  }
}

function log(error: unknown, event: RingbackEvent | null): void {
  const what = event === null ? 'A callback of Ringback' : `The callback ${event.id} (${event.type})`;
  // biome-ignore lint/suspicious/noConsole: an app without onError must still see its own errors.
  console.error(`${what} could not be handled.`, error);
}
