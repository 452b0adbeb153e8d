import type { MissedPolicy, OverlapPolicy, Schedule } from '#src/contract/schedule/schedule.ts';
import type { ScheduleEdits, ScheduleInput } from '#src/contract/schedule/schedule-input.ts';
import type { HeadersInput, SubmitInput } from '#src/contract/submit/submit-input.ts';
import { mask } from '#src/domain/redact/redact.ts';

/** A header of the job. `kept` is the masked text of a stored secret that stays as it is; null: `value` is sent. */
export type ScheduleHeader = { key: number; name: string; value: string; secret: boolean; kept: string | null };

/** Values of the fields of a schedule, as they are typed. */
export type ScheduleValues = {
  name: string;
  cron: string;
  timezone: string;
  overlap: OverlapPolicy;
  missed: MissedPolicy;
  method: string;
  url: string;
  headers: readonly ScheduleHeader[];
  body: string;
  bodyIs: 'json' | 'text';
  callbackUrl: string;
  /** The other fields of the job, as JSON text. */
  more: string;
};

/** A field that cannot be sent as it is typed: the server's name for the field, and the reason. */
export type BadScheduleField = { field: string; message: string };

/** The method that follows from whether there is a body. */
export const usualMethod = 'usual';

/** Returns the first values of the fields: those of a schedule, or those of a new one in a time zone. */
export function scheduleValues(schedule: Schedule | null, timezone: string): ScheduleValues {
  const { url = '', method, headers, body, json, callback, ...more }: SubmitInput = schedule?.job ?? {};
  const other: Partial<SubmitInput> = { ...more };
  if (typeof body === 'object') other.body = body;
  if (typeof callback === 'object') other.callback = callback;
  return {
    name: schedule?.name ?? '',
    cron: schedule?.cron ?? '',
    timezone: schedule?.timezone ?? timezone,
    overlap: schedule?.overlap ?? 'allow',
    missed: schedule?.missed ?? 'one',
    method: method?.toUpperCase() ?? usualMethod,
    url,
    headers: headerLines(headers ?? {}),
    body: json === undefined ? (typeof body === 'string' ? body : '') : JSON.stringify(json, null, 2),
    bodyIs: typeof body === 'string' ? 'text' : 'json',
    callbackUrl: typeof callback === 'string' ? callback : '',
    more: Object.keys(other).length === 0 ? '' : JSON.stringify(other, null, 2),
  };
}

function headerLines(headers: HeadersInput): ScheduleHeader[] {
  return Object.entries(headers).map(([name, value], key) => {
    const text = typeof value === 'string' ? value : mask;
    const isKept = text.includes(mask);
    return { key, name, value: isKept ? '' : text, secret: false, kept: isKept ? text : null };
  });
}

/** Returns the input of `schedules.create`, or the field that cannot be read. The server checks everything else. */
export function scheduleInput(values: ScheduleValues): ScheduleInput | BadScheduleField {
  const job = jobOf(values);
  if (isBadField(job)) return job;
  const { name, cron, timezone, overlap, missed } = values;
  return { name: name.trim(), cron: cron.trim(), timezone: timezone.trim(), overlap, missed, job };
}

/**
 * Returns the input of `schedules.update`, or the field that cannot be read. A job of which nothing was changed is left
 * out.
 */
export function scheduleEdits(schedule: Schedule, values: ScheduleValues): ScheduleEdits | BadScheduleField {
  const input = scheduleInput(values);
  if (isBadField(input)) return input;
  const { job, ...rest } = input;
  const before = scheduleInput(scheduleValues(schedule, schedule.timezone));
  const isSame = !isBadField(before) && JSON.stringify(before.job) === JSON.stringify(job);
  return { id: schedule.id, ...rest, ...(!isSame && { job }) };
}

export function isBadField(value: object): value is BadScheduleField {
  return 'field' in value && 'message' in value;
}

function jobOf(values: ScheduleValues): SubmitInput | BadScheduleField {
  const more = readJson(values.more, 'job', 'This');
  if (isBadJson(more)) return more;
  if (more !== undefined && (typeof more !== 'object' || more === null || Array.isArray(more)))
    return { field: 'job', message: 'This must be a JSON object, like { "timeout": { "durationInMs": "30s" } }.' };
  const isJson = values.bodyIs === 'json';
  const json = isJson ? readJson(values.body, 'job.json', 'The body') : undefined;
  if (isBadJson(json)) return json;
  return {
    ...(more as Partial<SubmitInput> | undefined),
    ...(values.url.trim() && { url: values.url.trim() }),
    ...(values.method !== usualMethod && { method: values.method }),
    ...(values.headers.length > 0 && { headers: headersOf(values.headers) }),
    ...(json !== undefined && { json }),
    ...(!isJson && values.body !== '' && { body: values.body }),
    ...(values.callbackUrl.trim() && { callback: values.callbackUrl.trim() }),
  };
}

function headersOf(lines: readonly ScheduleHeader[]): HeadersInput {
  const sent = ({ value, secret, kept }: ScheduleHeader) =>
    kept ?? (secret ? { $redacted: { strings: ['', ''], values: [value] } } : value);
  const named = lines.filter(({ name, value, kept }) => name.trim() !== '' || value !== '' || kept !== null);
  return Object.fromEntries(named.map((line) => [line.name.trim(), sent(line)]));
}

class BadJson {
  readonly field: string;
  readonly message: string;

  constructor(field: string, message: string) {
    this.field = field;
    this.message = message;
  }
}

const isBadJson = (value: unknown): value is BadJson => value instanceof BadJson;

function readJson(text: string, field: string, what: string): unknown {
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    return new BadJson(field, `${what} is no JSON: ${(error as Error).message}.`);
  }
}
