import type { z } from 'zod';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { isRecord, readShape, refuse } from '#src/contract/shape/shape.ts';
import { readGiveUpOn, readSchedule } from '#src/contract/submit/delivery-retry.ts';
import { readDuration } from '#src/contract/submit/duration.ts';
import { readUrl } from '#src/contract/submit/parse-callback.ts';
import { readHeaders } from '#src/contract/submit/parse-headers.ts';
import type { HeaderSpec } from '#src/contract/submit/submit-spec.ts';
import { endpointLimits, limits } from '#src/domain/limits.ts';
import { mask } from '#src/domain/redact/redact.ts';
import { findBadText } from '#src/domain/text/text-check.ts';
import type { SecretKind } from './endpoint.ts';
import { checkEvents, readEvents, usualEvents } from './endpoint-events.ts';
import type { EndpointChange, EndpointSpec, RotateSpec } from './endpoint-input.ts';
import { editsShape, endpointShape, rotateInputSchema } from './endpoint-input-schema.ts';

type Edits = z.infer<typeof editsShape>;

/**
 * Checks the input that registers a webhook receiver and fills in every default. Throws a Refusal for the first error,
 * with its code, the field's path and a message that names the field and the rule. Does not check which address the URL
 * leads to.
 */
export function parseEndpoint(input: unknown): { spec: EndpointSpec; signing: SecretKind } {
  checkText(input);
  const shape = readShape(endpointShape, input);
  const format = shape.format ?? 'ringback';
  const spec = {
    description: '',
    events: usualEvents(format),
    labels: [],
    projectWide: false,
    payload: 'full',
    format,
    scheduleSeconds: null,
    giveUpOn: [],
    rate: null,
    concurrency: null,
    ...readFields(shape),
    name: readName(shape.name),
    url: readUrl(shape.url, 'url'),
    headers: readEndpointHeaders(shape.headers),
  } as const satisfies EndpointSpec;
  checkEvents(format, spec.events);
  return { spec, signing: shape.signing ?? 'v1' };
}

/**
 * Checks changes to an endpoint and returns only the fields that are given. Throws a Refusal like `parseEndpoint`. Whether
 * the events are of the endpoint's format shows only when its row is read.
 */
export function parseEndpointEdits(input: unknown): EndpointChange {
  checkText(input);
  const shape = readShape(editsShape, input);
  const { given, removed } = splitHeaders(shape.headers);
  return {
    ...readFields(shape),
    ...(shape.name === undefined ? {} : { name: readName(shape.name) }),
    ...(shape.url === undefined ? {} : { url: readUrl(shape.url, 'url') }),
    ...(given === undefined ? {} : { headers: readEndpointHeaders(given) }),
    removedHeaders: removed,
  };
}

/** Checks the kind of a new signing secret and the time for which the older secrets go on signing. */
export function parseRotation(input: unknown): RotateSpec {
  const shape = readShape(rotateInputSchema, input);
  const { min, max, default: usual } = endpointLimits.overlapSeconds;
  const overlapSeconds =
    shape.overlapSeconds === undefined
      ? usual
      : readDuration(shape.overlapSeconds, { unit: 's', min, max, whole: false }, 'overlapSeconds');
  return { overlapSeconds, signing: shape.signing ?? null };
}

/**
 * Checks a rotation of a project's own secret. It takes no `signing`: callbacks to URLs are always signed with shared
 * secrets.
 */
export function parseProjectRotation(input: unknown): Omit<RotateSpec, 'signing'> {
  if (isRecord(input) && 'signing' in input) {
    throw new Refusal('unknown_field', "`signing` is for endpoints; the project's own secrets are v1", 'signing');
  }
  return { overlapSeconds: parseRotation(input ?? {}).overlapSeconds };
}

/** Reads all fields except name, URL and headers. Absent fields stay absent. */
function readFields(shape: Edits): Partial<Omit<EndpointSpec, 'name' | 'url' | 'headers'>> {
  return {
    ...(shape.description === undefined ? {} : { description: readDescription(shape.description) }),
    ...(shape.events === undefined ? {} : { events: readEvents(shape.events, shape.format) }),
    ...(shape.labels === undefined ? {} : { labels: readLabels(shape.labels) }),
    ...(shape.projectWide === undefined ? {} : { projectWide: shape.projectWide }),
    ...(shape.payload === undefined ? {} : { payload: shape.payload }),
    ...(shape.format === undefined ? {} : { format: shape.format }),
    ...(shape.tls === undefined ? {} : { tls: shape.tls }),
    ...readRetry(shape),
    ...(shape.rate === undefined ? {} : { rate: shape.rate }),
    ...(shape.concurrency === undefined ? {} : { concurrency: shape.concurrency }),
  };
}

function readName(name: string): string {
  if (/^[a-z0-9][a-z0-9_-]{0,63}$/.test(name)) return name;
  const rule = `must be at most ${endpointLimits.nameLength} lower-case letters, digits, "-" and "_", and begin with a letter or digit.`;
  throw refuse('invalid_input', 'name', rule);
}

function readDescription(description: string): string {
  const most = endpointLimits.descriptionLength;
  if (description.length <= most) return description;
  throw refuse('invalid_input', 'description', `must be at most ${most} characters.`);
}

function readLabels(labels: string[]): string[] {
  if (labels.length > limits.labels) throw refuse('invalid_input', 'labels', `must be at most ${limits.labels}.`);
  const wrong = labels.findIndex((label) => label.length === 0 || label.length > limits.labelLength);
  if (wrong < 0) return [...new Set(labels)];
  throw refuse('invalid_input', `labels.${wrong}`, `must be 1 to ${limits.labelLength} characters.`);
}

/**
 * Reads the schedule and the final statuses, given as two fields or together in `retry`. A `retry` of null stands for
 * null in both. Absent fields stay absent.
 */
function readRetry({ retry, ...short }: Edits): Partial<Pick<EndpointSpec, 'scheduleSeconds' | 'giveUpOn'>> {
  const both = (['scheduleSeconds', 'giveUpOn'] as const).find((name) => short[name] !== undefined);
  if (retry !== undefined && both !== undefined) {
    throw refuse('conflicting_fields', both, 'and `retry` say the same; give one of them.');
  }
  const at = retry === undefined ? '' : 'retry.';
  const { scheduleSeconds, giveUpOn } =
    retry === undefined ? short : (retry ?? { scheduleSeconds: null, giveUpOn: null });
  return {
    ...(scheduleSeconds !== undefined && {
      scheduleSeconds: scheduleSeconds && readSchedule(scheduleSeconds, `${at}scheduleSeconds`),
    }),
    ...(giveUpOn !== undefined && { giveUpOn: readGiveUpOn(giveUpOn ?? [], `${at}giveUpOn`) }),
  };
}

/**
 * Reads headers and refuses a masked value. A masked value was copied from an answer and is not the secret: storing it
 * would overwrite the real value for good.
 */
function readEndpointHeaders(input: unknown): HeaderSpec[] {
  const headers = readHeaders(input, 'headers', 'callback');
  const masked = headers.find(({ value }) => value.includes(mask));
  if (masked === undefined) return headers;
  throw refuse(
    'invalid_header',
    `headers.${masked.name}`,
    'is masked: give the real value, or leave it out of a change to keep it.',
  );
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

/** Refuses text that PostgreSQL cannot store: U+0000 and lone surrogates. */
function checkText(input: unknown): void {
  const found = findBadText(input, 8);
  if (found === null) return;
  const field = found.path.toWellFormed().replaceAll('\u0000', '?').slice(0, 200);
  if (found.reason === 'nul' || found.reason === 'lone_surrogate') {
    const code = field.startsWith('headers.') ? 'invalid_header' : 'invalid_text';
    throw refuse(code, field, 'holds U+0000 or a lone surrogate, which cannot be stored.');
  }
  throw new Refusal('invalid_input', `\`${field}\` is not a value that an endpoint can have.`, field);
}
