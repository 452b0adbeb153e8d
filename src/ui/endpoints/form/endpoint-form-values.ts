import type { Endpoint, EndpointEvent, EndpointFormat } from '#src/contract/endpoint/endpoint.ts';
import type { EndpointEdits, EndpointInput } from '#src/contract/endpoint/endpoint-input.ts';
import { responseEvents } from '#src/contract/event/event-names.ts';
import { type TlsValues, tlsChange, untouchedTls } from '#src/ui/parts/form/tls-values.ts';
import { labelLine, readLabels } from '#src/ui/words/label-list.ts';

/** A header in the form. `kept` marks a stored secret that stays as it is. */
export type HeaderLine = { key: number; name: string; value: string; secret: boolean; kept: boolean };

/** Values of the form's fields, as they are typed. */
export type EndpointValues = {
  name: string;
  url: string;
  description: string;
  format: EndpointFormat;
  events: EndpointEvent[];
  projectWide: boolean;
  /** Comma-separated labels. */
  labels: string;
  payload: 'full' | 'thin';
  /** Durations, comma-separated. Empty means the default schedule. */
  schedule: string;
  /** Status patterns, comma-separated. */
  giveUpOn: string;
  rate: string;
  concurrency: string;
  signing: 'v1' | 'v1a';
  headers: HeaderLine[];
  tls: TlsValues;
};

const endsOfJobs: EndpointEvent[] = ['job.completed', 'job.failed', 'job.cancelled'];

/** Returns the change that follows from choosing a format: its own events, all that it has by default. */
export function formatChange(format: EndpointFormat): Pick<EndpointValues, 'format' | 'events'> {
  return { format, events: format === 'openai' ? [...responseEvents] : endsOfJobs };
}

const mask = '********';

/** Returns the form's first values: an endpoint's own values, or the defaults of a new one. */
export function valuesOf(endpoint: Endpoint | null): EndpointValues {
  return {
    name: endpoint?.name ?? '',
    url: endpoint?.url ?? '',
    description: endpoint?.description ?? '',
    format: endpoint?.format ?? 'ringback',
    events: endpoint?.events ?? endsOfJobs,
    projectWide: endpoint?.projectWide ?? false,
    labels: labelLine(endpoint?.labels ?? []),
    payload: endpoint?.payload ?? 'full',
    schedule: endpoint?.scheduleSeconds?.map((seconds) => `${seconds}s`).join(', ') ?? '',
    giveUpOn: endpoint?.giveUpOn.join(', ') ?? '',
    rate: endpoint?.rate?.toString() ?? '',
    concurrency: endpoint?.concurrency?.toString() ?? '',
    signing: 'v1',
    tls: untouchedTls,
    headers: Object.entries(endpoint?.headers ?? {}).map(([name, value], key) => ({
      key,
      name,
      value,
      secret: value.includes(mask),
      kept: value.includes(mask),
    })),
  };
}

const list = (text: string) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);

const number = (text: string) => (text.trim() === '' ? null : Number(text));

/**
 * Returns a header's value. A value that the user marks as secret is sent as a secret; its header's name does not
 * matter.
 */
function headerValue({ value, secret }: HeaderLine) {
  return secret ? { $redacted: { strings: ['', ''], values: [value] } } : value;
}

function common(values: EndpointValues) {
  const schedule = list(values.schedule);
  const tls = tlsChange(values.tls);
  return {
    ...(tls !== undefined && { tls }),
    name: values.name.trim(),
    url: values.url.trim(),
    description: values.description.trim(),
    format: values.format,
    events: values.events,
    projectWide: values.projectWide,
    labels: readLabels(values.labels),
    payload: values.payload,
    scheduleSeconds:
      schedule.length === 0 ? null : schedule.map((entry) => (/^\d+$/.test(entry) ? Number(entry) : entry)),
    giveUpOn: list(values.giveUpOn),
    rate: number(values.rate),
    concurrency: number(values.concurrency),
  };
}

/** Returns the input of the create call. Only the server checks it, so nothing is checked twice. */
export function inputOf(values: EndpointValues): EndpointInput {
  const headers = Object.fromEntries(values.headers.map((line) => [line.name.trim(), headerValue(line)]));
  return { ...common(values), headers, signing: values.signing } as EndpointInput;
}

/**
 * Returns the input of the update call. Kept secrets are left out, so that they stay. Removed headers are set to null.
 */
export function editsOf(values: EndpointValues, before: Endpoint): EndpointEdits {
  const names = new Set(values.headers.map(({ name }) => name.trim().toLowerCase()));
  const removed = Object.keys(before.headers).filter((name) => !names.has(name));
  const headers = {
    ...Object.fromEntries(removed.map((name) => [name, null])),
    ...Object.fromEntries(
      values.headers.filter((line) => !line.kept).map((line) => [line.name.trim(), headerValue(line)]),
    ),
  };
  return { ...common(values), ...(Object.keys(headers).length > 0 && { headers }) } as EndpointEdits;
}
