import { type CallbackAnswer, isSendersFault, received, refuse, refuseUnverified } from './callback-answer.ts';
import { RawBodyError } from './callback-body.ts';
import { CallbackVerificationError, type RingbackEvent } from './callback-event.ts';
import type { CallbackRequest } from './callback-request.ts';
import { refusedId, warnOfRefused } from './refused-callback.ts';
import type { SeenClaim, SeenStore } from './seen-store.ts';
import { type VerifyOptions, verifyCallback } from './verify-callback.ts';
import type { WebhookSecrets } from './webhook-secrets.ts';

/**
 * What to do for an event, by its type. It is awaited, and what it returns is dropped; throwing makes the sender try
 * again. `request` is the framework's own, with its body unread where the framework has a `Request`.
 */
export type CallbackHandlers<Passed> = {
  [Event in RingbackEvent as Event['type']]?: (event: Event, request: Passed) => unknown;
};

/** How to receive callbacks. */
export type ReceiveOptions<Passed> = VerifyOptions & {
  /** Events of other types are acknowledged and dropped, so that new ones do no harm. */
  on: CallbackHandlers<Passed>;
  /** Default: `RINGBACK_WEBHOOK_SECRET`, which may be several with commas between them. */
  secrets?: WebhookSecrets | undefined;
  /** Makes each event be handled once. Default: none, an event that comes twice is handled twice. */
  seen?: SeenStore | undefined;
  /** How long a handler may take before its event counts as left behind and is handled anew. Default 900. */
  leaseSeconds?: number | undefined;
  /**
   * Told what went wrong on this side: a handler that threw, a store that failed, a secret that is none, a body that was
   * parsed. Never of callbacks that are refused: see `onRefused`. `event` is null while none was verified. Default: `console.error`.
   */
  onError?: ((error: unknown, event: RingbackEvent | null) => unknown) | undefined;
  /**
   * Told of each callback that is whole but signed with none of the secrets, with the `webhook-id` that it gives, which
   * nobody has verified; not of other garbage. Default: `console.warn`, at most once a minute.
   */
  onRefused?: ((error: CallbackVerificationError, id: string) => unknown) | undefined;
};

/**
 * Receives a callback: verifies it, sees that it was not handled before, handles it, and says what to answer. Never
 * rejects.
 *
 * - 204: handled, now or before, or of a type that is not handled.
 * - 400, 401, 413: it must not be believed.
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
  // Not 503: that would say that the receiver has enough, and hold back other events too.
  if (claim === 'in_progress') return refuse(409, 'in_progress', 'The event is being handled right now.');
  try {
    // The type has said which handler, and so which event it takes.
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
 * A claim that cannot be released ends with its lease. An event that cannot be written down as done is acknowledged all
 * the same: being sent again would do it twice.
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
    // The answer must not depend on a log.
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
    // The answer must not depend on a log.
  }
}

function log(error: unknown, event: RingbackEvent | null): void {
  const what = event === null ? 'A callback of Ringback' : `The callback ${event.id} (${event.type})`;
  // biome-ignore lint/suspicious/noConsole: an app that says nothing else must still hear of its own mistakes.
  console.error(`${what} could not be handled.`, error);
}
