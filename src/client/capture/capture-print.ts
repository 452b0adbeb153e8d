import { RingbackError } from '#src/client/call/errors.ts';
import { sha256 } from '#src/client/fetch/fetch-fingerprint.ts';
import { type FetchRequest, textHeader } from '#src/client/fetch/fetch-request.ts';
import { withFixedBoundary } from '#src/client/job/fetch-body.ts';
import { newKey } from '#src/client/job/job-calls.ts';
import type { SubmitRequest } from '#src/client/job/submit-request.ts';
import type { Job } from '#src/contract/job/job.ts';

/** The parts of a request by which it is known, in the order of their digests in a print. */
const parts = ['method', 'URL', 'content type', 'body'] as const;
/** The hexadecimal digits of a digest. 64 bits tell requests apart that differ by accident. */
const digits = 16;
const prefix = 'capture:';
const form = new RegExp(`^${prefix}([0-9a-f]{${digits}}(?:\\.[0-9a-f]{${digits}}){${parts.length - 1}}):`);

/** The member of `metadata` that holds the print of a job with a key of the caller's. */
export const printMember = 'ringback:capture';

/**
 * Returns the print of a request: a digest of each of its parts. A form has the same print whatever its boundary is,
 * because SDKs make up a boundary each time.
 */
export async function printRequest(request: FetchRequest): Promise<string> {
  const { body, contentType } = withoutBoundary(request);
  const encoder = new TextEncoder();
  const bytes = typeof body === 'string' ? encoder.encode(body) : (body ?? new Uint8Array());
  const texts = [request.method, request.url, contentType].map((text) => encoder.encode(text));
  const digests = await Promise.all([...texts, bytes].map(sha256));
  return digests.map((digest) => digest.slice(0, digits)).join('.');
}

/** Returns the names of the parts in which two requests differ. */
export function differingParts(print: string, other: string): string[] {
  const others = other.split('.');
  return print.split('.').flatMap((digest, at) => (digest === others[at] ? [] : [parts[at] ?? '']));
}

/**
 * Adds the print to a submission. It is a part of the idempotency key, which is made up anyway. A key of the caller's
 * stays as it is, and the print is a member of `metadata`.
 */
export function withPrint(submission: SubmitRequest, print: string, ownKey: string | undefined): SubmitRequest {
  if (ownKey === undefined) return { ...submission, idempotencyKey: `${prefix}${print}:${newKey()}` };
  const { metadata = {} } = submission;
  if (!isRecord(metadata)) {
    const message = 'With an `idempotencyKey`, `metadata` must be an object.';
    throw new RingbackError('invalid_input', message, { field: 'metadata' });
  }
  return { ...submission, idempotencyKey: ownKey, metadata: { ...metadata, [printMember]: print } };
}

/** Returns the print of the request that a job was captured from. Null if it was not captured. */
export function readPrint({ idempotencyKey, metadata }: Pick<Job, 'idempotencyKey' | 'metadata'>): string | null {
  const member = isRecord(metadata) ? metadata[printMember] : undefined;
  if (typeof member === 'string') return member;
  return form.exec(idempotencyKey ?? '')?.[1] ?? null;
}

function withoutBoundary(request: FetchRequest): { body: FetchRequest['body']; contentType: string } {
  const contentType = textHeader(request, 'content-type') ?? '';
  if (request.body === null || !/^multipart\//i.test(contentType)) return { body: request.body, contentType };
  const { body } = request;
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  const fixed = withFixedBoundary(bytes, contentType);
  return { body: fixed.body, contentType: fixed.contentType ?? contentType };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
