import { z } from 'zod';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { isRecord, readShape, refuse } from '#src/contract/shape/shape.ts';
import { readDuration } from '#src/contract/submit/duration.ts';
import { readUrl } from '#src/contract/submit/parse-callback.ts';
import { readFlowConcurrency, readFlowKey, readFlowRate } from '#src/contract/submit/parse-flow.ts';
import { readHeaders } from '#src/contract/submit/parse-headers.ts';
import { readPolicy } from '#src/contract/submit/parse-policy.ts';
import type { RetryInput } from '#src/contract/submit/retry-input.ts';
import type { HeaderSpec } from '#src/contract/submit/submit-spec.ts';
import { limits, upstreamLimits } from '#src/domain/limits.ts';
import { mask } from '#src/domain/redact/redact.ts';
import { findBadText } from '#src/domain/text/text-check.ts';
import { withoutSlash } from '#src/domain/upstream/join-path.ts';
import {
  type UpstreamChange,
  type UpstreamEdits,
  type UpstreamSpec,
  upstreamEditsSchema,
  upstreamInputSchema,
} from './upstream-input.ts';

/** Fields that are read by their own rules, because the message of a union cannot name the wrong field. */
const unread = { headers: z.unknown().optional(), retry: z.unknown().optional() };
const inputShape = upstreamInputSchema.extend(unread);
const editsShape = upstreamEditsSchema.extend(unread);

/** Checks the input of `upstreams.create`. Throws a Refusal that names the first wrong field. */
export function parseUpstream(input: unknown): UpstreamSpec {
  checkText(input);
  const shape = readShape(inputShape, input);
  return {
    format: 'none',
    default: false,
    models: [],
    retry: null,
    timeoutMs: null,
    flow: null,
    ...readFields(shape),
    name: readName(shape.name),
    baseUrl: readBaseUrl(shape.baseUrl),
    headers: readOwnHeaders(shape.headers),
  };
}

/** Checks the input of `upstreams.update`. Returns only what is given. Throws a Refusal like `parseUpstream`. */
export function parseUpstreamEdits(input: unknown): { id: string; change: UpstreamChange } {
  checkText(input);
  const { id, ...shape } = readShape(editsShape, input);
  const { given, removed } = splitHeaders(shape.headers);
  const change = {
    ...readFields(shape),
    ...(shape.name !== undefined && { name: readName(shape.name) }),
    ...(shape.baseUrl !== undefined && { baseUrl: readBaseUrl(shape.baseUrl) }),
    ...(given !== undefined && { headers: readOwnHeaders(given) }),
    removedHeaders: removed,
  };
  return { id, change };
}

type Fields = Omit<UpstreamSpec, 'name' | 'baseUrl' | 'headers'>;

function readFields(shape: Omit<UpstreamEdits, 'id' | 'headers' | 'retry'> & { retry?: unknown }): Partial<Fields> {
  const { format, models, retry, timeoutMs, flow } = shape;
  return {
    ...(format !== undefined && { format }),
    ...(shape.tls !== undefined && { tls: shape.tls }),
    ...(shape.default !== undefined && { default: shape.default }),
    ...(models !== undefined && { models: readModels(models) }),
    ...(retry !== undefined && { retry: readRetry(retry) }),
    ...(timeoutMs !== undefined && { timeoutMs: timeoutMs === null ? null : readTimeout(timeoutMs) }),
    ...(flow !== undefined && { flow: flow && readUpstreamFlow(flow) }),
  };
}

function readName(name: string): string {
  if (/^[a-z0-9][a-z0-9._-]{0,63}$/.test(name)) return name;
  const rule = `must be at most ${upstreamLimits.nameLength} lower-case letters, digits, ".", "-" and "_", and begin with a letter or digit.`;
  throw refuse('invalid_input', 'name', rule);
}

function readBaseUrl(text: string): string {
  const href = readUrl(text, 'baseUrl');
  if (text.includes('?')) throw new Refusal('invalid_url', '`baseUrl` must not have a query (?…).', 'baseUrl');
  if (href.includes(mask)) throw refuse('invalid_input', 'baseUrl', `holds ${mask}: give the real value.`);
  return withoutSlash(href);
}

function readModels(models: string[]): string[] {
  const { models: most, modelLength } = upstreamLimits;
  if (models.length > most) throw refuse('invalid_input', 'models', `must be at most ${most}.`);
  const wrong = models.findIndex((prefix) => !/^[^\s/\x00-\x1f\x7f]+$/.test(prefix) || prefix.length > modelLength);
  if (wrong < 0) return [...new Set(models)];
  const rule = `must be 1 to ${modelLength} characters, without "/" and spaces, like "gpt-".`;
  throw refuse('invalid_input', `models.${wrong}`, rule);
}

/** Checks retries as those of a job. They are stored as they were given. */
function readRetry(retry: unknown): RetryInput | null {
  if (retry === null) return null;
  readPolicy({ retry, method: 'POST', hasIdempotencyKey: false });
  return retry as RetryInput;
}

function readTimeout(timeout: NonNullable<UpstreamEdits['timeoutMs']>): number {
  const { min, max } = limits.timeoutMs;
  return readDuration(timeout, { unit: 'ms', min, max, whole: true }, 'timeoutMs');
}

function readUpstreamFlow({ key, concurrency, rate }: NonNullable<UpstreamEdits['flow']>): UpstreamSpec['flow'] {
  return {
    key: key === undefined || key === null ? null : readFlowKey(key, 'flow.key'),
    concurrency: readFlowConcurrency(concurrency, 'flow.concurrency'),
    rate: readFlowRate(rate, 'flow.rate'),
  };
}

/** Reads headers and refuses a masked value, which was copied from an answer and is not the secret. */
function readOwnHeaders(input: unknown): HeaderSpec[] {
  const headers = readHeaders(input, 'headers');
  const masked = headers.find(({ value }) => value.includes(mask));
  if (masked === undefined) return headers;
  const rule = 'is masked: give the real value, or leave it out of a change to keep it.';
  throw refuse('invalid_header', `headers.${masked.name}`, rule);
}

/** Splits headers into those to set and those to remove, whose value is null. Names are compared in lower case. */
function splitHeaders(headers: unknown): { given: unknown; removed: string[] } {
  if (!isRecord(headers)) return { given: headers, removed: [] };
  const entries = Object.entries(headers);
  const kept = entries.filter(([, value]) => value !== null);
  const names = new Set(kept.map(([name]) => name.toLowerCase()));
  const removed = entries.flatMap(([name, value]) => (value === null ? [name.toLowerCase()] : []));
  return { given: Object.fromEntries(kept), removed: removed.filter((name) => !names.has(name)) };
}

/** Refuses text that PostgreSQL cannot store, and values that are not JSON. */
function checkText(input: unknown): void {
  const found = findBadText(input, limits.jsonDepth);
  if (found === null) return;
  const field = found.path.toWellFormed().replaceAll('\u0000', '?').slice(0, 200);
  if (found.reason === 'nul' || found.reason === 'lone_surrogate') {
    const code = field.startsWith('headers.') ? 'invalid_header' : 'invalid_text';
    throw refuse(code, field, 'holds U+0000 or a lone surrogate, which cannot be stored.');
  }
  throw refuse('invalid_input', field, 'is not a value that an upstream can have.');
}
