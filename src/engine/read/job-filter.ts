import { failureWords } from '#src/contract/job/failure-words.ts';
import type { JobFilterInput } from '#src/contract/job/job-filter-input.ts';
import { durationMs } from '#src/contract/job/job-filter-words.ts';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { jobStates } from '#src/domain/decide/job-state.ts';
import { type IdPrefix, parseId } from '#src/domain/text/id.ts';
import { parseMetadataMatch } from '#src/domain/text/metadata-path.ts';
import { type JobFilter, noJobFilter } from '#src/store/job/job-filter-parts.ts';
import type { Bounds } from '#src/store/job/job-part-checks.ts';
import { lineIdOf } from '#src/store/line/line-id.ts';

/** Returns a filter in the form that the store needs. Throws `invalid_input` for a bad id. */
export function jobFilter(projectId: string, input: JobFilterInput): JobFilter {
  const text = input.text?.trim() ?? '';
  const textAsId = input.id === undefined ? (parseId('job', text) ?? parseId('resp', text)) : null;
  const id = filterId('job', 'id', input.id);
  const states = input.state === undefined ? [] : [...new Set([input.state].flat())];
  return {
    ...noJobFilter,
    projectId,
    id: id ?? textAsId,
    // A filter by all states finds the same jobs as no filter by state, but slower.
    states: states.length === jobStates.length ? [] : states,
    label: input.label || null,
    host: input.host?.toLowerCase() || null,
    notHost: input.notHost?.toLowerCase() || null,
    ...readStatus(input.status),
    method: input.method?.toUpperCase() ?? null,
    apiKeyId: filterId('key', 'apiKeyId', input.apiKeyId),
    apiKeyName: input.apiKey ?? null,
    callback: readCallback(input.callback),
    ...readEndpoint(input.endpoint),
    attempts: bounds('attempts', input.attemptsMin, input.attemptsMax),
    durationMs: bounds('duration', msOf(input.durationMin), msOf(input.durationMax)),
    metadata: readMetadata(input.metadata),
    rerunOf: filterId('job', 'rerunOf', input.rerunOf),
    operationId: filterId('op', 'operation', input.operation),
    flowId: input.flow === undefined ? null : lineIdOf({ projectId, kind: 'flow', key: input.flow }),
    ...readUpstream(input.upstream),
    model: input.model ?? null,
    from: dateOf(input.from),
    to: dateOf(input.to),
    endedFrom: dateOf(input.endedFrom),
    endedTo: dateOf(input.endedTo),
    failure: input.failure ?? null,
    text: textAsId === null && text !== '' ? text : null,
  };
}

/** Returns the instant of a text; null if it is absent. */
export function dateOf(text: string | undefined): Date | null {
  return text === undefined ? null : new Date(text);
}

function readCallback(given: JobFilterInput['callback']): JobFilter['callback'] {
  const words = given === undefined ? [] : [...new Set([given].flat())];
  if (words.length === 0) return null;
  return { states: words.filter((word) => word !== 'none'), none: words.includes('none') };
}

function msOf(given: number | string | undefined): number | undefined {
  return typeof given === 'string' ? (durationMs(given) ?? undefined) : given;
}

function bounds(name: 'attempts' | 'duration', min: number | undefined, max: number | undefined): Bounds | null {
  if (min === undefined && max === undefined) return null;
  if (min !== undefined && max !== undefined && min > max)
    throw new Refusal('invalid_input', `${name}Min must not be above ${name}Max`, `${name}Min`);
  return { min: min ?? null, max: max ?? null };
}

function readMetadata(given: JobFilterInput['metadata']): JobFilter['metadata'] {
  const matches = (given === undefined ? [] : [given].flat()).map(parseMetadataMatch).filter((match) => match !== null);
  return matches.length === 0 ? null : matches;
}

/** Returns an endpoint that is given by its name or its id in the form that the store needs. */
export function readEndpoint(text: string | undefined): Pick<JobFilter, 'endpointId' | 'endpointName'> {
  const endpointId = text === undefined ? null : parseId('end', text);
  return { endpointId, endpointName: endpointId === null ? (text?.toLowerCase() ?? null) : null };
}

function readUpstream(text: string | undefined): Pick<JobFilter, 'upstreamId' | 'upstreamName'> {
  const upstreamId = text === undefined ? null : parseId('ups', text);
  return { upstreamId, upstreamName: upstreamId === null ? (text ?? null) : null };
}

/**
 * Returns the UUID of an id in a filter; null if it is absent. Throws `invalid_input` for a mistyped id, which would
 * otherwise look like a filter without matches.
 */
export function filterId(prefix: IdPrefix, field: string, text: string | undefined): string | null {
  if (text === undefined) return null;
  const id = parseId(prefix, text);
  if (id === null) throw new Refusal('invalid_input', `${field} must be an id that begins with ${prefix}_`, field);
  return id;
}

function readStatus(status: JobFilterInput['status']): Pick<JobFilter, 'statusRange' | 'errorCodes'> {
  const { statusRange, errorCodes } = statusFilter(failureWords, status);
  return { statusRange, errorCodes: errorCodes && [...errorCodes] };
}

/** Returns a filter of statuses in the form that the store needs: a range, or the error codes of a word. */
export function statusFilter(
  words: Readonly<Record<string, readonly string[]>>,
  status: number | string | undefined,
): { statusRange: [number, number] | null; errorCodes: readonly string[] | null } {
  if (status === undefined) return { statusRange: null, errorCodes: null };
  const text = String(status);
  const codes = Object.hasOwn(words, text) ? words[text] : undefined;
  if (codes !== undefined) return { statusRange: null, errorCodes: codes };
  const first = Number(text[0]) * 100;
  return { statusRange: text.endsWith('xx') ? [first, first + 99] : [Number(text), Number(text)], errorCodes: null };
}
