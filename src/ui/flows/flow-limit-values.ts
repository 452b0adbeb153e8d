import type { Flow, FlowSetInput } from '#src/contract/flow/flow.ts';

/** Values of the fields for a flow's limits, as they are typed. An empty one means that there is no limit. */
export type FlowLimitValues = { concurrency: string; limit: string; period: string; givesBack: boolean };

/** A field that cannot be sent as it is typed: the server's name for the field, and the reason. */
export type BadLimit = { field: string; message: string };

const units = [
  [3_600, 'h'],
  [60, 'm'],
  [1, 's'],
] as const;

/** Returns the first values of the fields. */
export function flowLimitValues({ concurrency, rate }: Pick<Flow, 'concurrency' | 'rate'>): FlowLimitValues {
  return {
    concurrency: concurrency?.toString() ?? '',
    limit: rate?.limit.toString() ?? '',
    period: rate === null ? '1m' : periodText(rate.periodSeconds),
    givesBack: false,
  };
}

function periodText(seconds: number): string {
  const unit = units.find(([size]) => seconds % size === 0);
  return unit === undefined ? `${seconds * 1_000}ms` : `${seconds / unit[0]}${unit[1]}`;
}

/**
 * Returns the input of `flows.set`, or the field that cannot be read. Limits that were not changed are left out, so that
 * a rate goes on counting. The server checks everything else.
 */
export function flowLimitsInput(flow: Flow, values: FlowLimitValues): FlowSetInput | BadLimit {
  const before = flowLimitValues(flow);
  const input: FlowSetInput = { id: flow.key, fixed: !values.givesBack };
  const [concurrency, limit, period] = [values.concurrency, values.limit, values.period].map((text) => text.trim());
  if (concurrency !== before.concurrency) {
    if (!isWhole(concurrency)) return { field: 'concurrency', message: wanted };
    input.concurrency = concurrency ? Number(concurrency) : null;
  }
  if (limit !== before.limit || (limit !== '' && period !== before.period)) {
    if (!isWhole(limit)) return { field: 'rate.limit', message: wanted };
    if (limit && !period) return { field: 'rate.periodSeconds', message: 'Within what time? For example 1m.' };
    input.rate = limit ? { limit: Number(limit), periodSeconds: numberOr(period ?? '') } : null;
  }
  return input;
}

const wanted = 'A whole number, or nothing for no limit.';

function isWhole(text: string | undefined): boolean {
  return /^\d*$/.test(text ?? '');
}

/** Returns a number of seconds, or a text such as `1m`, which the server reads. */
function numberOr(text: string): number | string {
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}
