import { Refusal } from '#src/contract/shape/error-code.ts';
import { inexactRule, isRecord, readShape, refuse } from '#src/contract/shape/shape.ts';
import { limits } from '#src/domain/limits.ts';
import { parsePointer } from '#src/domain/policy/json-pointer.ts';
import type { JsonValue } from '#src/domain/policy/policy.ts';
import { isHeaderEntry } from '#src/domain/redact/redact.ts';
import { parseIsoDate } from '#src/domain/text/date-text.ts';
import { findBadText } from '#src/domain/text/text-check.ts';
import { decodeUtf8 } from '#src/domain/text/utf8.ts';
import { type DurationBounds, readDuration } from './duration.ts';
import { readBody } from './parse-body.ts';
import { readCallback } from './parse-callback.ts';
import { readFlow, readPriority } from './parse-flow.ts';
import { readHeaders } from './parse-headers.ts';
import { readPlace } from './parse-place.ts';
import { type PolicySource, readPolicy } from './parse-policy.ts';
import { refuseRedacted } from './refuse-redacted.ts';
import type { RedactInput, SubmitInput } from './submit-input.ts';
import { submitShape } from './submit-schema.ts';
import type { HeaderSpec, SubmitSpec } from './submit-spec.ts';

/**
 * Checks a submission and fills in every default. Throws a Refusal for the first error, with its code, the field's path
 * and a message that names the field and the rule. Does not check which addresses the URLs lead to.
 */
export function parseSubmit(input: unknown): SubmitSpec {
  if (!isRecord(input))
    throw refuse('invalid_input', '', 'must be an object with at least a `url`, or an `upstream` and a `path`.');
  checkText(input);
  const shape = readShape(submitShape, input);
  const place = readPlace(shape);
  const body = readBody(shape.body, shape.json);
  if (body !== null && (shape.redact?.body?.length ?? 0) > 0 && decodeUtf8(body) === null) {
    throw refuse('invalid_text', 'body', 'must be UTF-8, since `redact.body` names parts of it.');
  }
  const method = readMethod(shape.method, body);
  const headers = readRequestHeaders(shape.headers, shape.json !== undefined, shape.sendIdempotencyKey === true);
  const policy: PolicySource = {
    retry: shape.retry,
    timeoutRetry: shape.timeout?.retry,
    connectionErrorRetry: shape.connectionError?.retry,
    accept: shape.accept,
    maxAttempts: readMaxAttempts(shape.maxAttempts),
    onInterrupted: shape.onInterrupted,
    onOversize: shape.onOversize,
    method,
    hasIdempotencyKey: shape.sendIdempotencyKey === true || headers.some(({ name }) => name === 'idempotency-key'),
  };
  const left = {
    policy: shape.retry === undefined ? policy : null,
    timeout: shape.timeout?.durationInMs === undefined,
  };
  return {
    url: place.url,
    upstream: place.upstream && { ...place.upstream, id: null, left },
    method,
    headers,
    body,
    policy: readPolicy(policy),
    timeoutMs: readTimeout(shape.timeout?.durationInMs),
    redirect: shape.redirect ?? 'follow',
    idempotencyKey: readIdempotencyKey(shape.idempotencyKey),
    sendIdempotencyKey: shape.sendIdempotencyKey ?? false,
    callback: readCallback(shape.callback),
    ...readTimes(shape),
    priority: readPriority(shape.priority),
    flow: readFlow(shape.flow),
    stream: shape.stream ? 'text' : null,
    labels: readLabels(shape.labels),
    metadata: readMetadata(shape.metadata),
    redact: readRedact(shape.redact),
  };
}

/**
 * Checks all text, numbers and nesting of the input once, so that the other readers need not. `json` itself may be
 * nested 64 deep.
 */
function checkText(input: Record<string, unknown>): void {
  const found = findBadText(input, limits.jsonDepth + 1, 'json');
  if (found === null) return;
  const field = found.path.toWellFormed().replaceAll('\u0000', '?').slice(0, 200);
  if (/^(?:callback\.)?headers\./.test(field) && (found.reason === 'nul' || found.reason === 'lone_surrogate')) {
    throw refuse('invalid_header', field, 'must hold no control characters, and no characters beyond latin-1.');
  }
  switch (found.reason) {
    case 'nul':
      throw refuse(
        'invalid_text',
        field,
        'holds U+0000, which cannot be stored. Send such data as { base64 } in `body`.',
      );
    case 'lone_surrogate':
      throw refuse(
        'invalid_text',
        field,
        'holds a lone surrogate, which is no character. Send such data as { base64 } in `body`.',
      );
    case 'too_deep':
      throw refuse('invalid_json', field, `is nested deeper than ${limits.jsonDepth}.`);
    case 'not_finite':
      throw refuse('invalid_json', field, 'must be a finite number, within the range of a double.');
    case 'not_exact':
      throw refuse('invalid_json', field, inexactRule);
    case 'not_json':
      throw refuse('invalid_input', field, 'is not a JSON value.');
  }
}

const knownMethods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
const refusedMethods = new Set(['CONNECT', 'TRACE', 'TRACK']);

function readMethod(method: string | undefined, body: Uint8Array | null): string {
  if (method === undefined) return body === null ? 'GET' : 'POST';
  const upper = method.toUpperCase();
  if (method.length > limits.methodLength || !/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(method)) {
    throw refuse('invalid_input', 'method', `must be an HTTP method of at most ${limits.methodLength} characters.`);
  }
  if (refusedMethods.has(upper)) throw refuse('invalid_input', 'method', `must not be ${upper}.`);
  return knownMethods.has(upper) ? upper : method;
}

function readRequestHeaders(input: unknown, isJson: boolean, sendsKey: boolean): HeaderSpec[] {
  const headers = readHeaders(input, 'headers');
  if (sendsKey && headers.some(({ name }) => name === 'idempotency-key')) {
    const message = '`sendIdempotencyKey` and the header `idempotency-key` exclude each other; give one of them.';
    throw new Refusal('conflicting_fields', message, 'sendIdempotencyKey');
  }
  if (isJson && !headers.some(({ name }) => name === 'content-type')) {
    headers.push({ name: 'content-type', value: 'application/json', masked: null });
  }
  return headers;
}

function readMaxAttempts(value: number | undefined): number {
  const { min, max, default: usual } = limits.maxAttempts;
  if (value === undefined) return usual;
  if (value >= min && value <= max) return value;
  throw refuse('invalid_input', 'maxAttempts', `must be a whole number from ${min} to ${max.toLocaleString('en-US')}.`);
}

function readTimeout(value: number | string | undefined): number {
  const { min, max, default: usual } = limits.timeoutMs;
  return value === undefined
    ? usual
    : readDuration(value, { unit: 'ms', min, max, whole: true }, 'timeout.durationInMs');
}

function readIdempotencyKey(key: string | undefined): string | null {
  if (key === undefined) return null;
  if (key.length >= 1 && key.length <= limits.idempotencyKeyLength && !/[\x00-\x1f\x7f]/.test(key)) return key;
  const most = limits.idempotencyKeyLength;
  throw refuse('invalid_input', 'idempotencyKey', `must be 1 to ${most} characters, none of them a control character.`);
}

type Times = Pick<SubmitSpec, 'resultTtlSeconds' | 'keepSecretsSeconds' | 'runAt' | 'delaySeconds' | 'deadlineSeconds'>;
type TimeInput = Pick<SubmitInput, keyof Times>;

function readTimes(input: TimeInput): Times {
  if (input.runAt !== undefined && input.delaySeconds !== undefined) {
    throw new Refusal(
      'conflicting_fields',
      '`runAt` and `delaySeconds` exclude each other; give one of them.',
      'runAt',
    );
  }
  const seconds = (field: keyof TimeInput, { min, max }: { min: number; max: number }, whole: boolean) => {
    const bounds: DurationBounds = { unit: 's', min, max, whole };
    return input[field] === undefined ? null : readDuration(input[field], bounds, field);
  };
  return {
    resultTtlSeconds: seconds('resultTtlSeconds', limits.resultTtlSeconds, true),
    keepSecretsSeconds: seconds('keepSecretsSeconds', limits.keepSecretsSeconds, true),
    runAt: readRunAt(input.runAt),
    delaySeconds: seconds('delaySeconds', limits.delaySeconds, false),
    deadlineSeconds: seconds('deadlineSeconds', limits.deadlineSeconds, false),
  };
}

/**
 * Reads `runAt`. An offset is required: a date without one would mean a different instant on each machine. The engine
 * checks how far ahead the date is.
 */
function readRunAt(text: string | undefined): Date | null {
  if (text === undefined) return null;
  const ms = /t.*(?:z|[+-]\d{2}(?::?\d{2})?)$/i.test(text) ? parseIsoDate(text) : null;
  if (ms !== null) return new Date(ms);
  throw refuse('invalid_input', 'runAt', 'must be an ISO 8601 date with time and offset, like "2026-12-01T09:00:00Z".');
}

function readLabels(labels: string[] | undefined): string[] {
  if (labels === undefined) return [];
  if (labels.length > limits.labels) throw refuse('invalid_input', 'labels', `must be at most ${limits.labels}.`);
  const wrong = labels.findIndex((label) => label.length === 0 || label.length > limits.labelLength);
  if (wrong < 0) return [...new Set(labels)];
  throw refuse('invalid_input', `labels.${wrong}`, `must be 1 to ${limits.labelLength} characters.`);
}

function readMetadata(metadata: unknown): JsonValue {
  if (metadata === undefined || metadata === null) return null;
  const text = JSON.stringify(metadata);
  refuseRedacted(metadata, text, 'metadata');
  // A UTF-16 code unit takes at most three bytes in UTF-8.
  const fits = text.length * 3 <= limits.metadataBytes || new TextEncoder().encode(text).length <= limits.metadataBytes;
  if (fits) return metadata as JsonValue;
  throw refuse(
    'invalid_input',
    'metadata',
    `must be at most ${limits.metadataBytes.toLocaleString('en-US')} bytes of JSON.`,
  );
}

function readRedact(redact: RedactInput | undefined): SubmitSpec['redact'] {
  const { query = [], body = [], response = [] } = redact ?? {};
  for (const [kind, names] of Object.entries({ query, body, response })) {
    const field = `redact.${kind}`;
    if (names.length > limits.redactNames)
      throw refuse('invalid_input', field, `must be at most ${limits.redactNames}.`);
    const long = names.findIndex((name) => name.length > limits.redactNameLength);
    if (long >= 0)
      throw refuse('invalid_input', `${field}.${long}`, `must be at most ${limits.redactNameLength} characters.`);
    const wrong = names.findIndex((name) => !isRedactable(name, kind as keyof SubmitSpec['redact']));
    if (wrong >= 0) throw refuse('invalid_input', `${field}.${wrong}`, redactRules[kind as keyof SubmitSpec['redact']]);
  }
  return { query, body, response };
}

const redactRules = {
  query: 'must name a parameter.',
  body: 'must be a JSON pointer, like "/user/email".',
  response: 'must be a JSON pointer, like "/user/email", or a header, like "header:x-session".',
};

function isRedactable(name: string, kind: keyof typeof redactRules): boolean {
  if (kind === 'query') return name !== '';
  if (kind === 'response' && isHeaderEntry(name)) return /^header:[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name);
  return parsePointer(name) !== null;
}
