import { playgroundLimits } from '#src/domain/limits.ts';
import { type TryValues, usualPlan } from '#src/ui/parts/trial/form-values.ts';

const slowMs = 25_000;

type Target = {
  value: 'flaky' | 'slow' | 'own';
  of: TryValues['target'];
  label: string;
  note: string;
  statuses: readonly number[];
  delayMs?: number;
};

/** Targets that the first job may be sent to. */
export const targets: readonly Target[] = [
  {
    value: 'flaky',
    of: 'flaky',
    label: 'Flaky target',
    note: `429 with a wait of ${playgroundLimits.retryAfterSeconds} s, then 503, then 200`,
    statuses: usualPlan,
  },
  {
    value: 'slow',
    of: 'flaky',
    label: 'Slow target',
    note: `answers after ${slowMs / 1_000} s`,
    statuses: [200],
    delayMs: slowMs,
  },
  { value: 'own', of: 'own', label: 'A URL of yours', note: '', statuses: usualPlan },
];

export function targetOf({ target, plan }: TryValues): Target['value'] {
  if (target === 'own') return 'own';
  return plan.delay === String(slowMs) ? 'slow' : 'flaky';
}
