import { Refusal } from '#src/contract/shape/error-code.ts';
import { type StatSpan, statRangeMs } from '#src/contract/stats/stat-range.ts';
import { oldestStatMs, type StatWindow, spanWindow, statWindow } from '#src/domain/stats/stat-steps.ts';

/** Returns the end of a window's last step, in epoch milliseconds. */
export function endOf({ fromMs, starts, stepMs }: StatWindow): number {
  return fromMs + starts.length * stepMs;
}

/**
 * Returns the steps of a time span. Throws `invalid_input` for limits in the wrong order, or of a time that has no
 * statistics.
 */
export function windowOf(nowMs: number, span: StatSpan): StatWindow {
  if (span.range !== undefined) {
    const { range, step } = statRangeMs[span.range];
    return statWindow(nowMs, range, step);
  }
  const [fromMs, toMs] = [Date.parse(span.from), Date.parse(span.to)];
  if (fromMs >= toMs) throw new Refusal('invalid_input', 'from must be before to', 'from');
  if (fromMs >= nowMs) throw new Refusal('invalid_input', 'from must not be in the future', 'from');
  const oldestMs = oldestStatMs(nowMs);
  if (fromMs < oldestMs)
    throw new Refusal(
      'invalid_input',
      `from must not be before ${new Date(oldestMs).toISOString()}: older statistics are not kept`,
      'from',
    );
  return spanWindow(nowMs, { fromMs, toMs });
}
