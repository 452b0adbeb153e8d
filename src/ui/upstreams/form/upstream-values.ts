import type { RetryInput } from '#src/contract/submit/retry-input.ts';
import type { HeadersInput } from '#src/contract/submit/submit-input.ts';
import type { Upstream, UpstreamFormat } from '#src/contract/upstream/upstream.ts';
import type { UpstreamEdits, UpstreamFlowInput, UpstreamInput } from '#src/contract/upstream/upstream-input.ts';
import { mask } from '#src/domain/redact/redact.ts';
import { type TlsValues, tlsChange, untouchedTls } from '#src/ui/parts/form/tls-values.ts';

/** A header of the form. `kept` is the masked text of a stored secret that stays as it is; null: `value` is sent. */
export type UpstreamHeader = { key: number; name: string; value: string; secret: boolean; kept: string | null };

/** Values of the fields of an upstream, as they are typed. */
export type UpstreamValues = {
  name: string;
  baseUrl: string;
  format: UpstreamFormat;
  headers: readonly UpstreamHeader[];
  isDefault: boolean;
  tls: TlsValues;
  /** Prefixes, separated by commas. */
  models: string;
  /** Name of a preset, or JSON. Empty: the preset of the format. */
  retry: string;
  /** A duration. Empty: the usual one. */
  timeout: string;
  hasFlow: boolean;
  flowKey: string;
  concurrency: string;
  rateLimit: string;
  ratePeriod: string;
};

/** A field that cannot be sent as it is typed: the server's name for the field, and the reason. */
export type BadUpstreamField = { field: string; message: string };

const firstHeader: UpstreamHeader = { key: 0, name: 'authorization', value: '', secret: true, kept: null };

/** Returns the first values of the fields: those of an upstream, or those of a new one. */
export function upstreamValues(upstream: Upstream | null): UpstreamValues {
  const { retry = null, timeoutMs = null, flow = null } = upstream ?? {};
  return {
    name: upstream?.name ?? '',
    baseUrl: upstream?.baseUrl ?? '',
    format: upstream?.format ?? 'openai',
    headers: upstream === null ? [firstHeader] : headerLines(upstream.headers),
    tls: untouchedTls,
    isDefault: upstream?.default ?? false,
    models: upstream?.models.join(', ') ?? '',
    retry: retry === null ? '' : typeof retry === 'string' ? retry : JSON.stringify(retry, null, 2),
    timeout: timeoutMs === null ? '' : durationText(timeoutMs),
    hasFlow: flow !== null,
    flowKey: flow?.key ?? '',
    concurrency: flow?.concurrency?.toString() ?? '',
    rateLimit: flow?.rate?.limit.toString() ?? '',
    ratePeriod: durationText((flow?.rate?.periodSeconds ?? 60) * 1_000),
  };
}

function headerLines(headers: Upstream['headers']): UpstreamHeader[] {
  return Object.entries(headers).map(([name, value], key) => {
    const isKept = value.includes(mask);
    return { key, name, value: isKept ? '' : value, secret: isKept, kept: isKept ? value : null };
  });
}

function durationText(ms: number): string {
  if (ms % 60_000 === 0) return `${ms / 60_000}m`;
  return ms % 1_000 === 0 ? `${ms / 1_000}s` : `${ms}ms`;
}

/**
 * Returns the input of `upstreams.create`, or the field that cannot be read. The server checks everything else. Headers
 * without a value are left out: an API of one's own may need none.
 */
export function upstreamInput(values: UpstreamValues): UpstreamInput | BadUpstreamField {
  const fields = fieldsOf(values);
  if (isBadUpstreamField(fields)) return fields;
  const headers = values.headers.filter(({ value }) => value !== '');
  return { ...fields, baseUrl: values.baseUrl.trim(), headers: headersOf(headers) };
}

/**
 * Returns the input of `upstreams.update`, or the field that cannot be read. Kept secrets are left out, so that they stay.
 * Removed headers are null. A base URL that was not changed is left out, because a part of it may be masked.
 */
export function upstreamEdits(before: Upstream, values: UpstreamValues): UpstreamEdits | BadUpstreamField {
  const fields = fieldsOf(values);
  if (isBadUpstreamField(fields)) return fields;
  const names = new Set(values.headers.map(({ name }) => name.trim().toLowerCase()));
  const removed = Object.keys(before.headers).filter((name) => !names.has(name.toLowerCase()));
  const headers = { ...Object.fromEntries(removed.map((name) => [name, null])), ...headersOf(values.headers) };
  const baseUrl = values.baseUrl.trim();
  return {
    id: before.id,
    ...fields,
    ...(baseUrl !== before.baseUrl && { baseUrl }),
    ...(Object.keys(headers).length > 0 && { headers }),
  };
}

export function isBadUpstreamField(value: object): value is BadUpstreamField {
  return 'field' in value && 'message' in value;
}

function headersOf(lines: readonly UpstreamHeader[]): HeadersInput {
  const sent = lines.filter(({ name, value, kept }) => kept === null && (name.trim() !== '' || value !== ''));
  const textOf = ({ value, secret }: UpstreamHeader) =>
    secret ? { $redacted: { strings: ['', ''], values: [value] } } : value;
  return Object.fromEntries(sent.map((line) => [line.name.trim(), textOf(line)]));
}

function fieldsOf(values: UpstreamValues): Omit<UpstreamInput, 'baseUrl' | 'headers'> | BadUpstreamField {
  const retry = retryOf(values.retry.trim());
  if (retry !== null && isBadRetry(retry)) return { field: 'retry', message: retry.reason };
  const tls = tlsChange(values.tls);
  const flow = values.hasFlow ? flowOf(values) : null;
  if (flow !== null && isBadUpstreamField(flow)) return flow;
  return {
    name: values.name.trim(),
    format: values.format,
    ...(tls !== undefined && { tls }),
    default: values.isDefault,
    models: values.models
      .split(',')
      .map((prefix) => prefix.trim())
      .filter(Boolean),
    retry,
    timeoutMs: values.timeout.trim() || null,
    flow,
  };
}

type BadRetry = { reason: string };

function isBadRetry(retry: RetryInput | BadRetry): retry is BadRetry {
  return typeof retry === 'object' && 'reason' in retry;
}

/** Reads the name of a preset, or JSON. */
function retryOf(text: string): RetryInput | BadRetry | null {
  if (text === '') return null;
  if (!text.startsWith('{')) return text as RetryInput;
  try {
    return JSON.parse(text) as RetryInput;
  } catch (error) {
    return { reason: `This is no JSON: ${(error as Error).message}.` };
  }
}

function flowOf(values: UpstreamValues): UpstreamFlowInput | BadUpstreamField {
  const concurrency = numberOf(values.concurrency);
  const limit = numberOf(values.rateLimit);
  if (Number.isNaN(concurrency)) return { field: 'flow.concurrency', message: 'This must be a whole number.' };
  if (Number.isNaN(limit)) return { field: 'flow.rate.limit', message: 'This must be a whole number.' };
  return {
    key: values.flowKey.trim() || null,
    concurrency,
    rate: limit === null ? null : { limit, periodSeconds: values.ratePeriod.trim() },
  };
}

/** Returns null for an empty field, and NaN for what is no number: it would be sent as null, which is no limit. */
function numberOf(text: string): number | null {
  return text.trim() === '' ? null : Number(text);
}
