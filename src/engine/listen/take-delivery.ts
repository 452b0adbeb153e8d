import { Refusal } from '#src/contract/shape/error-code.ts';
import { deliveryLimits } from '#src/domain/limits.ts';
import { parseId } from '#src/domain/text/id.ts';
import { webhookIdHeader, webhookSignatureHeader, webhookTimestampHeader } from '#src/domain/text/signature.ts';
import { findSigner, openSharedSecrets, type SharedSecret } from '#src/engine/endpoint/verify-signature.ts';
import { newId } from '#src/engine/new-id.ts';
import { liveWebhookSecrets } from '#src/store/endpoint/secret-rows.ts';
import {
  deleteMessage,
  findAnswer,
  findListener,
  insertMessage,
  type ListenerRow,
} from '#src/store/listener/listeners.ts';
import type { ListenDeps } from './listen-deps.ts';
import { type Carried, openCarried, refusedField, sealCarried } from './sealed-message.ts';

/** A delivery as a worker sends it. Header names are lower-case. */
export type BroughtDelivery = {
  headers: Readonly<Record<string, string | undefined>>;
  /** Reads the body; refuses one longer than `maxBytes` with `body_too_large`. */
  body(maxBytes: number): Promise<Buffer>;
  /** The signal fires when the worker has disconnected. */
  signal: AbortSignal;
};

/**
 * The outcome of passing a delivery to a listener. `answered`: the handler answered; `carried` is null when its answer
 * had neither headers nor body. `late`: no answer came in time, or the worker has disconnected. `stopping`: this
 * process stops before an answer came.
 */
export type HandedOver =
  | { kind: 'answered'; status: number; carried: Carried | null }
  | { kind: 'late'; afterMs: number }
  | { kind: 'stopping' };

const carriedHeaders = [
  webhookIdHeader,
  webhookTimestampHeader,
  webhookSignatureHeader,
  'content-type',
  'user-agent',
] as const;
const pollMs = 1_000;

/**
 * Takes a delivery from a worker, stores it for the listener's stream, and waits for the handler's answer. Refuses with
 * `not_found` when there is no listener, with `unauthorized` when no secret of the project signed it, and with
 * `body_too_large`.
 */
export async function takeDelivery(
  deps: ListenDeps,
  endpointId: string,
  delivery: BroughtDelivery,
): Promise<HandedOver> {
  const uuid = parseId('end', endpointId);
  const listener = uuid === null ? undefined : await findListener(deps.db, uuid);
  if (!listener) throw noListener();
  const body = await delivery
    .body(deliveryLimits.eventBytes)
    .catch((error: unknown) => sayRefused(deps, delivery, listener, error));
  const { reason } = findSigner(delivery.headers, body, await secretsOf(deps, listener), deps.now());
  if (reason !== null) throw new Refusal('unauthorized', `only Ringback's own workers deliver here: ${reason}`);

  const id = newId(deps.now());
  const bell = deps.bells.open(id);
  const onGone = () => bell.ring();
  delivery.signal.addEventListener('abort', onGone);
  try {
    await store(deps, listener, id, { headers: carried(delivery.headers, listener), body });
    return await waitForAnswer(deps, delivery.signal, id, (ms) => bell.heard(ms));
  } finally {
    delivery.signal.removeEventListener('abort', onGone);
    // The next sweep deletes a message that cannot be deleted now.
    await deleteMessage(deps.db, id).catch(() => undefined);
    bell.close();
  }
}

async function secretsOf(deps: ListenDeps, { project_id }: ListenerRow): Promise<SharedSecret[]> {
  const rows = await liveWebhookSecrets(deps.db, project_id);
  return openSharedSecrets(
    rows.map((row) => ({ ...row, project_id })),
    deps.cipher,
  );
}

async function store(deps: ListenDeps, listener: ListenerRow, id: string, message: Carried): Promise<void> {
  const sealed = sealCarried(deps.cipher, 'message', id, message);
  await insertMessage(deps.db, { id, endpointId: listener.id, sealed });
  deps.notify('listener', listener.id);
}

/**
 * Sends the listener a notice about a delivery that is too large, then refuses the delivery. Without the notice, the
 * developer would not know that an event was missing.
 */
async function sayRefused(
  deps: ListenDeps,
  delivery: BroughtDelivery,
  listener: ListenerRow,
  error: unknown,
): Promise<never> {
  if (error instanceof Refusal && error.code === 'body_too_large') {
    const why = `it is larger than ${deliveryLimits.eventBytes / 1_024 ** 2} MiB`;
    const headers = { ...carried(delivery.headers, listener), [refusedField]: why };
    await store(deps, listener, newId(deps.now()), { headers, body: Buffer.alloc(0) });
  }
  throw error;
}

function noListener(): Refusal {
  return new Refusal('not_found', 'this listener has ended');
}

/** Returns the headers that belong to the webhook. All others were added by the connection or by proxies. */
function carried(headers: BroughtDelivery['headers'], { header_names }: ListenerRow): Record<string, string> {
  const names = new Set([...carriedHeaders, ...header_names.map((name) => name.toLowerCase())]);
  return Object.fromEntries([...names].flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])));
}

async function waitForAnswer(
  deps: ListenDeps,
  signal: AbortSignal,
  id: string,
  heard: (withinMs: number) => Promise<void>,
): Promise<HandedOver> {
  const untilMs = deps.now() + deps.listenerAnswerMs;
  for (;;) {
    const answer = await findAnswer(deps.db, id);
    if (!answer) throw noListener();
    const { status, answer_sealed: sealed } = answer;
    if (status !== null)
      return { kind: 'answered', status, carried: sealed && openCarried(deps.cipher, 'answer', id, sealed) };
    if (deps.bells.closed) return { kind: 'stopping' };
    if (deps.now() >= untilMs || signal.aborted) return { kind: 'late', afterMs: deps.listenerAnswerMs };
    await heard(Math.min(pollMs, Math.max(1, untilMs - deps.now())));
  }
}
