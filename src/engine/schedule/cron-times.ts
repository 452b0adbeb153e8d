import { CronExpressionParser } from 'cron-parser';
import type { TimeTable } from '#src/contract/schedule/schedule-input.ts';
import { refuse } from '#src/contract/shape/shape.ts';
import { readCron } from '#src/domain/schedule/cron-text.ts';

const threeHoursMs = 3 * 3_600_000;

/**
 * Returns the first time of a time table after `afterMs`, in epoch milliseconds. Where clocks go forward, a time that does
 * not exist that day is as much later as they go forward. Where clocks go back, a time that comes twice counts once, the
 * first time; only with `*` or a step as its hour does a schedule run in both hours. Throws `invalid_input` for an
 * expression without any time.
 */
export function nextTime(table: TimeTable, afterMs: number): number {
  const key = `${table.timezone} ${table.cron}`;
  const found = known.get(key);
  if (found !== undefined && found.fromMs <= afterMs && afterMs < found.nextMs) return found.nextMs;
  const nextMs = upcoming(table, afterMs)();
  if (known.size >= mostKnown) known.clear();
  known.set(key, { fromMs: afterMs, nextMs });
  return nextMs;
}

/** The last answers: finding a time takes milliseconds, and many schedules have the same time table. */
const known = new Map<string, { fromMs: number; nextMs: number }>();
const mostKnown = 1_000;

/** Returns the next times of a time table after `afterMs`, in epoch milliseconds. */
export function nextTimes(table: TimeTable, afterMs: number, count: number): number[] {
  const next = upcoming(table, afterMs);
  return Array.from({ length: count }, next);
}

function upcoming({ cron, timezone }: TimeTable, afterMs: number): () => number {
  const read = readCron(cron);
  if (!read.ok) throw refuse('invalid_input', 'cron', `${read.rule}.`);
  try {
    // The parser does not know a time that comes twice when it begins between the two, so it begins before the change.
    const isAfterChange = offsetOf(timezone, afterMs) !== offsetOf(timezone, afterMs - threeHoursMs);
    const fromMs = isAfterChange ? afterMs - threeHoursMs : afterMs;
    const times = CronExpressionParser.parse(read.fields.join(' '), { currentDate: new Date(fromMs), tz: timezone });
    return () => {
      for (;;) {
        const ms = times.next().getTime();
        if (ms > afterMs) return ms;
      }
    };
  } catch (error) {
    throw refuse('invalid_input', 'cron', `names no time: ${(error as Error).message}.`);
  }
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Returns the offset of a time zone at a time, as text. */
function offsetOf(timezone: string, ms: number): string {
  let format = formats.get(timezone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en', { timeZone: timezone, timeZoneName: 'longOffset' });
    formats.set(timezone, format);
  }
  return format.formatToParts(ms).find(({ type }) => type === 'timeZoneName')?.value ?? '';
}
