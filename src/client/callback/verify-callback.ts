import { deliveryLimits } from '#src/domain/limits.ts';
import {
  parseSignatureHeader,
  parseTimestampHeader,
  type SignatureEntry,
  signatureToleranceSeconds,
  signedContent,
  webhookIdHeader,
  webhookSignatureHeader,
  webhookTimestampHeader,
} from '#src/domain/text/signature.ts';
import { readBody } from './callback-body.ts';
import { CallbackVerificationError, type JobEvent, type RingbackEvent } from './callback-event.ts';
import { type CallbackHeaders, type CallbackRequest, readHeader } from './callback-request.ts';
import { isSigned } from './check-signatures.ts';
import { readKeys, type WebhookSecrets } from './webhook-secrets.ts';

/** How strict to be. */
export type VerifyOptions = {
  /** How far the signed time may be from now, both ways, in seconds. Default 300. */
  toleranceSeconds?: number | undefined;
  /** The time to compare with; milliseconds or a Date. Default: now. */
  now?: number | Date | undefined;
  /** The longest body to read, in bytes. Default 64 MiB: the largest event, unless a server keeps more than 10 MiB of a response. */
  maxBytes?: number | undefined;
};

/**
 * Checks that a callback came from Ringback, unchanged and lately (Standard Webhooks 1.0.0), and reads it: `v1` with
 * secrets (`whsec_…`), `v1a` with public keys (`whpk_…`), both in one list if need be. Any one of them may have signed,
 * so that a secret can be exchanged for another without a gap; without any, those of `RINGBACK_WEBHOOK_SECRET` count. A
 * `Request` is copied first: its body can still be read afterwards, but must not have been before. Of Node's requests the
 * body is read, if nobody has put its bytes on `body` or `rawBody` yet.
 *
 * Rejects with CallbackVerificationError when the callback must not be believed, and with a TypeError, whose message
 * names the cure, when it is not given as it came. A verified callback may still come twice: `id` tells.
 *
 * The type says that it is about a job's end. Who asked for other events is told more: `verifyCallback<RingbackEvent>`.
 */
export async function verifyCallback<Known extends RingbackEvent = JobEvent>(
  request: CallbackRequest,
  secrets?: WebhookSecrets | undefined,
  options: VerifyOptions = {},
): Promise<Known> {
  const { id, timestamp, entries } = readSigned(request.headers);
  checkTime(timestamp, options);
  const keys = await readKeys(secrets, request.headers);
  const body = await readBody(request, options.maxBytes ?? deliveryLimits.eventBytes);
  const content = signedContent(id, timestamp, body);
  if (!(await isSigned(content, keys, entries))) {
    const message = 'No signature fits: the secret is another one, or the body is not exactly as it was sent.';
    throw new CallbackVerificationError('no_matching_signature', message);
  }
  // Types that were not known when this was written are handed on too: whoever switches over them passes them by.
  return readEvent(body, id) as Known;
}

function readSigned(headers: CallbackHeaders): { id: string; timestamp: number; entries: SignatureEntry[] } {
  const read = (name: string) => {
    const value = readHeader(headers, name);
    if (value !== undefined) return value;
    throw new CallbackVerificationError('missing_header', `The header ${name} is missing.`);
  };
  const id = read(webhookIdHeader);
  const timestamp = parseTimestampHeader(read(webhookTimestampHeader));
  const entries = parseSignatureHeader(read(webhookSignatureHeader));
  if (timestamp === null) {
    throw new CallbackVerificationError('bad_timestamp', `The header ${webhookTimestampHeader} is no Unix time.`);
  }
  return { id, timestamp, entries };
}

function checkTime(timestamp: number, { now = Date.now(), toleranceSeconds }: VerifyOptions): void {
  const ageSeconds = Math.floor(Number(now) / 1_000) - timestamp;
  // Written so that a tolerance or a time that is no number refuses everything.
  if (Math.abs(ageSeconds) <= (toleranceSeconds ?? signatureToleranceSeconds)) return;
  const [code, where] = ageSeconds < 0 ? (['too_new', 'in the future'] as const) : (['too_old', 'ago'] as const);
  throw new CallbackVerificationError(code, `The callback was signed ${Math.abs(ageSeconds)} s ${where}.`);
}

function readEvent(body: Uint8Array, id: string): RingbackEvent {
  try {
    const event: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
    if (isEvent(event)) return { ...event, id };
  } catch {
    // Told apart from an event by the code alone: what was signed may be secret.
  }
  throw new CallbackVerificationError('body_not_json', 'The body is signed, but it is not an event.');
}

function isEvent(value: unknown): value is RingbackEvent {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}
