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

/** The options of `verifyCallback`. */
export type VerifyOptions = {
  /** The longest time between the signed time and now, in both directions, in seconds. Default 300. */
  toleranceSeconds?: number | undefined;
  /** The time to compare with, in milliseconds or as a Date. Default: now. */
  now?: number | Date | undefined;
  /**
   * The longest body to read, in bytes. Default 64 MiB: the largest event, unless a server keeps more than 10 MiB of a
   * response.
   */
  maxBytes?: number | undefined;
};

/**
 * Verifies that a callback came from Ringback, unchanged and recently (Standard Webhooks 1.0.0), and returns its event.
 * A secret (`whsec_…`) verifies `v1` signatures, a public key (`whpk_…`) verifies `v1a` signatures. One list may hold
 * both. `{ jwks: url }` names the page of a project's public keys, so that no secret is shared: the page is read when it
 * is needed and kept in memory. One matching signature is enough, so that a secret can be replaced without a gap. Without `secrets`, those of
 * `RINGBACK_WEBHOOK_SECRET` are used. A `Request` is copied first: its body can still be read afterwards, but must not
 * be read before. The body of a Node request is read, unless its bytes are already in `body` or `rawBody`.
 *
 * Rejects with CallbackVerificationError when the callback fails verification. Rejects with a TypeError, whose message
 * tells the fix, when the body is not available as it came. A verified callback may still come twice: its `id` is the
 * same then.
 *
 * The default type covers the events about a job's end. For other events, write `verifyCallback<RingbackEvent>`.
 */
export async function verifyCallback<Known extends RingbackEvent = JobEvent>(
  request: CallbackRequest,
  secrets?: WebhookSecrets | undefined,
  options: VerifyOptions = {},
): Promise<Known> {
  const { id, timestamp, entries } = readSigned(request.headers);
  checkTime(timestamp, options);
  const { keys, again } = await readKeys(secrets, request.headers);
  const body = await readBody(request, options.maxBytes ?? deliveryLimits.eventBytes);
  const content = signedContent(id, timestamp, body);
  // A key that is not known yet may have been made since the page of keys was read.
  if (!(await isSigned(content, keys, entries)) && !(again && (await isSigned(content, await again(), entries)))) {
    const message = 'No signature matches: the secret is wrong, or the body is not exactly as it was sent.';
    throw new CallbackVerificationError('no_matching_signature', message);
  }
  // An event of an unknown type is returned too. Code that switches over the types skips it.
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
  // This form of the check refuses everything when the tolerance or the time is not a number.
  if (Math.abs(ageSeconds) <= (toleranceSeconds ?? signatureToleranceSeconds)) return;
  const [code, where] = ageSeconds < 0 ? (['too_new', 'in the future'] as const) : (['too_old', 'ago'] as const);
  throw new CallbackVerificationError(code, `The callback was signed ${Math.abs(ageSeconds)} s ${where}.`);
}

function readEvent(body: Uint8Array, id: string): RingbackEvent {
  try {
    const event: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
    if (isEvent(event)) return { ...event, id };
  } catch {
    // The error names only the code. Signed content may be secret, so no part of it gets into the error.
  }
  throw new CallbackVerificationError('body_not_json', 'The body is signed, but it is not an event.');
}

function isEvent(value: unknown): value is RingbackEvent {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}
