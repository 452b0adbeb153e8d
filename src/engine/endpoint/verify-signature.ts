import { createHmac, timingSafeEqual } from 'node:crypto';
import {
  decodeSecret,
  isWithinTolerance,
  parseSignatureHeader,
  parseTimestampHeader,
  signedContent,
  webhookIdHeader,
  webhookSignatureHeader,
  webhookTimestampHeader,
} from '#src/domain/text/signature.ts';
import type { Cipher } from '#src/store/seal/cipher.ts';
import { openWebhookSecret } from '#src/store/seal/sealed-parts.ts';

/** A live shared secret (`whsec_…`) and the project it belongs to. */
export type SharedSecret = { projectId: string; secret: string };

/** Opens the shared ones among stored secrets; the others verify nothing here, since only shared ones sign for a project. */
export function openSharedSecrets(
  rows: readonly { id: string; project_id: string; kind: string; sealed: Uint8Array }[],
  cipher: Cipher,
): SharedSecret[] {
  return rows
    .filter(({ kind }) => kind === 'v1')
    .map(({ id, project_id: projectId, sealed }) => ({
      projectId,
      secret: openWebhookSecret(cipher, id, sealed),
    }));
}

/** Whose secret signed a webhook, or why that is nobody's, in words for people. */
export type SignedBy = { projectId: string; reason: null } | { projectId: null; reason: string };

/** Finds the secret that signed a webhook. Header names are lower-case. */
export function findSigner(
  headers: Readonly<Record<string, string | undefined>>,
  body: Uint8Array,
  secrets: readonly SharedSecret[],
  nowMs: number,
): SignedBy {
  const signed = readSignature(headers, nowMs);
  if (typeof signed === 'string') return { projectId: null, reason: signed };
  const content = signedContent(signed.id, signed.timestamp, body);
  const owner = secrets.find(({ secret }) => {
    const key = decodeSecret(secret);
    if (key === null) return false;
    const expected = createHmac('sha256', key).update(content).digest();
    return signed.signatures.some((signature) => sameBytes(expected, Buffer.from(signature, 'base64')));
  });
  if (owner) return { projectId: owner.projectId, reason: null };
  const reason = 'the signature was not made with a live secret of this Ringback, or the body was changed';
  return { projectId: null, reason };
}

type Signed = { id: string; timestamp: number; signatures: string[] };

function readSignature(headers: Readonly<Record<string, string | undefined>>, nowMs: number): Signed | string {
  const id = headers[webhookIdHeader];
  const timestampText = headers[webhookTimestampHeader];
  const signature = headers[webhookSignatureHeader];
  if (!id) return `there is no ${webhookIdHeader} header`;
  if (!timestampText) return `there is no ${webhookTimestampHeader} header`;
  if (!signature) return `there is no ${webhookSignatureHeader} header`;
  const timestamp = parseTimestampHeader(timestampText);
  if (timestamp === null) return `${webhookTimestampHeader} is not a number of seconds`;
  if (!isWithinTolerance(timestamp, nowMs)) return `${webhookTimestampHeader} is more than five minutes from now`;
  const given = parseSignatureHeader(signature).filter((entry) => entry.version === 'v1');
  if (given.length === 0) return `${webhookSignatureHeader} has no v1 signature`;
  return { id, timestamp, signatures: given.map((entry) => entry.signature) };
}

function sameBytes(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
