import type { Decision } from '#src/domain/decide/decision.ts';
import { type Outcome, type OutcomeKind, type Received, receivedOf } from '#src/domain/decide/outcome.ts';
import { limits } from '#src/domain/limits.ts';
import {
  makeHider,
  maskHeaders,
  maskJsonPointers,
  responseHeaders,
  responsePointers,
} from '#src/domain/redact/redact.ts';
import { decodeUtf8 } from '#src/domain/text/utf8.ts';
import { newId } from '#src/engine/new-id.ts';
import type { NewAttempt } from '#src/store/job/insert-attempts.ts';
import type { ShownHeader } from '#src/store/job/job-options.ts';

/** Maximum value of the `body_size` column. */
const maxSize = 2 ** 31 - 1;

/** Facts about an attempt of a job or a delivery. `ownerId` is the id of that job or delivery. */
export type AttemptFacts = {
  ownerId: string;
  n: number;
  startedAt: Date;
  endedAt: Date;
  worker: string;
  outcome: Outcome;
  decision: Decision | null;
  /** Query parameters, JSON pointers and response headers to mask, in addition to the standard headers. */
  redact: { query: readonly string[]; response: readonly string[] };
  /** Real values that the response may have repeated; absent: none. */
  secrets?: readonly string[];
  /** False if the body of a whole response is the job's result and stored there. */
  keepBody: boolean;
};

/** Returns the row of an attempt. It is masked, because every reader, log and export may show it. */
export function attemptRecord(facts: AttemptFacts): NewAttempt {
  const { outcome } = facts;
  const hide = makeHider({ names: facts.redact.query, values: facts.secrets ?? [] });
  const base = {
    ownerId: facts.ownerId,
    n: facts.n,
    id: newId(facts.startedAt.getTime()),
    startedAt: facts.startedAt,
    endedAt: facts.endedAt,
    outcome: outcome.kind as OutcomeKind,
    status: null,
    headers: null,
    body: null,
    bodySize: null,
    failure: failureOf(outcome, hide),
    timings: 'timings' in outcome ? outcome.timings : null,
    redirects: [],
    remoteAddress: null,
    worker: facts.worker,
    decision: facts.decision,
  };
  const received = receivedOf(outcome);
  if (received === null) return base;
  // A response that was cut is no result, so its beginning is always kept here.
  const keepBody = facts.keepBody || outcome.kind !== 'response';
  // Masking may change the length. The size is that of the masked body.
  const body = keepBody ? maskBody(received.body, facts.redact.response) : received.body;
  return {
    ...base,
    status: received.status,
    headers: maskHeaders(received.headers, responseHeaders(facts.redact.response)).map(
      ([name, value]): ShownHeader => [name, hide(value)],
    ),
    body: keepBody ? body.subarray(0, limits.attemptBodyBytes) : null,
    bodySize: sizeOf(body, received),
    redirects: received.redirects.map((hop) => ({
      status: hop.status,
      from: hide(hop.from),
      to: hide(hop.to),
    })),
    remoteAddress: received.remoteAddress,
  };
}

/**
 * Returns the size of a body. For a truncated body it is the Content-Length header if there is one, else the bytes
 * read. The header of a decoded body counts the encoded bytes, so it says nothing.
 */
function sizeOf(body: Uint8Array, { truncated, headers, decoded }: Received): number {
  const declared = truncated && !decoded ? headers.find(([name]) => name === 'content-length')?.[1] : undefined;
  if (declared === undefined || !/^\d{1,15}$/.test(declared)) return body.byteLength;
  return Math.max(body.byteLength, Math.min(Number(declared), maxSize));
}

/**
 * Masks the values at the JSON pointers of `redact.response` or `redact.body`, before the bytes are stored or shown.
 */
export function maskBody(body: Uint8Array, redacted: readonly string[]): Uint8Array {
  const pointers = responsePointers(redacted);
  if (pointers.length === 0 || body.byteLength === 0) return body;
  const text = decodeUtf8(body);
  if (text !== null) return Buffer.from(maskJsonPointers(text, pointers));
  // Latin-1 keeps every byte that is not masked.
  return Buffer.from(maskJsonPointers(Buffer.from(body).toString('latin1'), pointers), 'latin1');
}

type Failure = { code: string; message: string };

function failureOf(outcome: Outcome, hide: (text: string) => string): Failure | null {
  const failure = plainFailure(outcome);
  return failure && { ...failure, message: hide(failure.message) };
}

function plainFailure(outcome: Outcome): Failure | null {
  switch (outcome.kind) {
    case 'response':
      return null;
    case 'timeout':
      return {
        code: 'timeout',
        message: `no complete response within ${seconds(outcome.afterMs)} (${timeoutPhase[outcome.phase]})`,
      };
    case 'connection_error':
      return { code: outcome.code, message: outcome.message };
    case 'blocked':
      return { code: 'blocked_target', message: outcome.message };
    case 'invalid_request':
      return { code: lackCode[outcome.lacks ?? 'nothing'], message: outcome.message };
    case 'interrupted':
      return { code: outcome.by, message: interruptedMessage[outcome.by] };
    default:
      return outcome satisfies never;
  }
}

const lackCode = {
  nothing: 'invalid_request',
  signing_secret: 'no_signing_secret',
  payload: 'payload_expunged',
  key: 'invalid_request',
  upstream: 'upstream_gone',
};

const timeoutPhase = {
  connect: 'while connecting',
  headers: 'while waiting for the response',
  body: 'while reading the response',
};

const interruptedMessage = {
  worker_lost: 'the worker died while the request may have been under way',
  shutdown: 'the worker was stopped while the request was under way',
};

function seconds(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${Math.round(ms / 100) / 10} s`;
}
