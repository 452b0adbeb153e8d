import type { Upstream, UpstreamFormat } from '#src/contract/upstream/upstream.ts';
import type { UpstreamEdits, UpstreamInput } from '#src/contract/upstream/upstream-input.ts';
import { mask } from '#src/domain/redact/redact.ts';

/** A header in the form. `kept` is the mask of a value that stays as it is; null: the value is in the field. */
export type UpstreamHeaderRow = { key: number; name: string; value: string; kept: string | null };

/** What the form holds. */
export type UpstreamValues = {
  name: string;
  baseUrl: string;
  format: UpstreamFormat;
  isDefault: boolean;
  /** Prefixes, with commas or spaces between them. */
  models: string;
  headers: UpstreamHeaderRow[];
  /** Seconds; empty: the usual limit. */
  timeout: string;
  /** Attempts at once; empty: no limit. */
  concurrency: string;
};

/** Returns the values of the form for an upstream, or for a new one. */
export function upstreamValues(upstream: Upstream | null): UpstreamValues {
  if (upstream === null) {
    const header = { key: 0, name: 'authorization', value: '', kept: null };
    const empty = { name: '', baseUrl: '', models: '', timeout: '', concurrency: '' };
    return { ...empty, format: 'openai', isDefault: false, headers: [header] };
  }
  const { name, baseUrl, format, models, headers, timeoutMs, flow } = upstream;
  return {
    name,
    baseUrl,
    format,
    isDefault: upstream.default,
    models: models.join(', '),
    headers: Object.entries(headers).map(([header, value], key) =>
      value.includes(mask) ? { key, name: header, value: '', kept: value } : { key, name: header, value, kept: null },
    ),
    timeout: timeoutMs === null ? '' : String(timeoutMs / 1_000),
    concurrency: flow?.concurrency === null || flow === null ? '' : String(flow.concurrency),
  };
}

/** Returns the input of `upstreams.create`. */
export function upstreamInput(values: UpstreamValues): UpstreamInput {
  const { name, baseUrl, format, isDefault, headers } = values;
  const given = headers.filter((row) => row.name.trim() !== '' && row.value !== '');
  const { timeoutMs, flow } = limitsOf(values, null);
  return {
    name,
    baseUrl,
    format,
    default: isDefault,
    models: prefixesOf(values.models),
    headers: Object.fromEntries(given.map((row) => [row.name.trim(), row.value])),
    ...(timeoutMs !== null && { timeoutMs }),
    ...(flow !== null && { flow }),
  };
}

/** Returns the input of `upstreams.update`. Secret headers that were left alone are not sent, and so they stay. */
export function upstreamEdits(upstream: Upstream, values: UpstreamValues): UpstreamEdits {
  const { name, baseUrl, format, isDefault, headers } = values;
  const names = new Set(headers.map((row) => row.name.trim().toLowerCase()));
  const removed = Object.keys(upstream.headers).filter((header) => !names.has(header.toLowerCase()));
  const set = headers.filter((row) => row.kept === null && row.name.trim() !== '');
  return {
    id: upstream.id,
    name,
    baseUrl,
    format,
    default: isDefault,
    models: prefixesOf(values.models),
    headers: Object.fromEntries([
      ...removed.map((header) => [header, null] as const),
      ...set.map((row) => [row.name.trim(), row.value] as const),
    ]),
    ...limitsOf(values, upstream),
  };
}

function prefixesOf(text: string): string[] {
  return text.split(/[\s,]+/).filter((prefix) => prefix !== '');
}

/** A text that is no number goes on as it is, and the server says what is wrong with it. */
function limitsOf(
  { timeout, concurrency }: UpstreamValues,
  upstream: Upstream | null,
): { timeoutMs: number | string | null; flow: UpstreamInput['flow'] | null } {
  const seconds = Number(timeout);
  const timeoutMs = timeout.trim() === '' ? null : Number.isFinite(seconds) ? seconds * 1_000 : timeout;
  const atOnce = concurrency.trim() === '' ? null : Number(concurrency);
  const { key = null, rate = null } = upstream?.flow ?? {};
  const flow = atOnce === null && key === null && rate === null ? null : { key, rate, concurrency: atOnce };
  return { timeoutMs, flow };
}
