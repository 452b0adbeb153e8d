import { refuse } from '#src/contract/shape/shape.ts';
import type { FlowRate } from '#src/domain/flow/flow-clock.ts';
import { flowLimits, limits } from '#src/domain/limits.ts';
import { readDuration } from './duration.ts';
import type { FlowInput } from './submit-input.ts';
import type { FlowSpec } from './submit-spec.ts';

/** Reads `priority`. Throws `invalid_input` for a number out of range. */
export function readPriority(priority: number | undefined): number {
  return priority === undefined ? 0 : within(priority, limits.priority, 'priority');
}

/** Reads `flow`. Throws `invalid_input` for a key or a limit that no flow can have. */
export function readFlow(flow: FlowInput | undefined): FlowSpec | null {
  if (flow === undefined) return null;
  return {
    key: readFlowKey(flow.key, 'flow.key'),
    concurrency: readFlowConcurrency(flow.concurrency, 'flow.concurrency'),
    rate: readFlowRate(flow.rate, 'flow.rate'),
  };
}

/** Reads the key of a flow. */
export function readFlowKey(key: string, field: string): string {
  if (key.length >= 1 && key.length <= flowLimits.keyLength && !/[\x00-\x1f\x7f]/.test(key)) return key;
  const rule = `must be 1 to ${flowLimits.keyLength} characters, none of them a control character.`;
  throw refuse('invalid_input', field, rule);
}

/** Reads a flow's concurrency; undefined and null mean that none is given. */
export function readFlowConcurrency(concurrency: number | null | undefined, field: string): number | null {
  return concurrency === undefined || concurrency === null ? null : within(concurrency, flowLimits.concurrency, field);
}

/** Reads a flow's rate; undefined and null mean that none is given. */
export function readFlowRate(rate: FlowInput['rate'] | null, field: string): FlowRate | null {
  if (rate === undefined || rate === null) return null;
  const limit = within(rate.limit, flowLimits.rateLimit, `${field}.limit`);
  const bounds = { unit: 's' as const, ...flowLimits.ratePeriodSeconds, whole: false };
  return { limit, periodMs: Math.round(readDuration(rate.periodSeconds, bounds, `${field}.periodSeconds`) * 1_000) };
}

function within(value: number, { min, max }: { min: number; max: number }, field: string): number {
  if (value >= min && value <= max) return value;
  const range = `${min.toLocaleString('en-US')} to ${max.toLocaleString('en-US')}`;
  throw refuse('invalid_input', field, `must be a whole number from ${range}.`);
}
