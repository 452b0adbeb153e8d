/** A cron expression that was read: its five fields, or the error as the rest of a sentence about it. */
export type ReadCron = { ok: true; fields: CronFields } | { ok: false; rule: string };

/** The five fields: minute, hour, day of month, month, day of week. Names are in upper case. */
export type CronFields = readonly [minute: string, hour: string, day: string, month: string, weekday: string];

/** The aliases, with the fields that they stand for. */
export const cronAliases: Readonly<Record<string, string>> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@weekdays': '0 0 * * 1-5',
  '@weekends': '0 0 * * 0,6',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
};

export const monthNames = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
export const weekdayNames = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

type Field = { what: string; min: number; max: number; names?: readonly string[]; special?: RegExp };

const fields: readonly Field[] = [
  { what: 'minute', min: 0, max: 59 },
  { what: 'hour', min: 0, max: 23 },
  { what: 'day of the month', min: 1, max: 31, special: /^L$/ },
  { what: 'month', min: 1, max: 12, names: monthNames },
  { what: 'day of the week', min: 0, max: 7, names: weekdayNames, special: /^[0-7](?:L|#[1-5])$/ },
];

/**
 * Reads a cron expression: five fields (`0 9 * * MON-FRI`), or an alias (`@daily`). A field has `*` or `?`, numbers,
 * names of months and weekdays, ranges, steps and lists; also `L` for the last day of the month, `5L` for the last Friday
 * and `1#2` for the second Monday.
 */
export function readCron(text: string): ReadCron {
  const given = text.trim();
  if (given.startsWith('@')) {
    const known = cronAliases[given.toLowerCase()];
    if (known === undefined) return { ok: false, rule: `must be one of ${Object.keys(cronAliases).join(', ')}` };
    return { ok: true, fields: known.split(' ') as unknown as CronFields };
  }
  const parts = given.toUpperCase().split(/\s+/);
  if (parts.length === 6)
    return { ok: false, rule: 'must have 5 fields. With seconds it has 6, and a schedule runs at most once a minute' };
  if (given === '' || parts.length !== 5) {
    return { ok: false, rule: 'must have 5 fields: minute, hour, day of the month, month, day of the week' };
  }
  for (const [index, field] of fields.entries()) {
    const rule = wrongIn(parts[index] ?? '', field);
    if (rule !== null) return { ok: false, rule };
  }
  return { ok: true, fields: parts as unknown as CronFields };
}

/** Returns the number of a value of a field, which may be a name; NaN if it is neither. */
export function numberOf(text: string, index: number): number {
  const { names, min } = fields[index] ?? {};
  const named = names?.indexOf(text) ?? -1;
  return named >= 0 ? named + (min ?? 0) : /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
}

/** Returns what is wrong with a field; null: nothing. */
function wrongIn(text: string, field: Field): string | null {
  for (const entry of text.split(',')) {
    const wrong = wrongEntry(entry, field);
    if (wrong !== null) return `has "${entry.slice(0, 20)}" as ${field.what}: ${wrong}`;
  }
  return null;
}

function wrongEntry(entry: string, field: Field): string | null {
  const { min, max, special } = field;
  if (special?.test(entry)) return null;
  const [range = '', step, ...more] = entry.split('/');
  if (more.length > 0) return 'give one step';
  if (step !== undefined && !(/^\d{1,2}$/.test(step) && Number(step) >= 1 && Number(step) <= max))
    return `a step is a whole number from 1 to ${max}`;
  if (range === '*' || range === '?') return null;
  const [from = '', to, ...rest] = range.split('-');
  const index = fields.indexOf(field);
  const ends = [from, ...(to === undefined ? [] : [to])].map((end) => numberOf(end, index));
  if (rest.length > 0 || ends.some((end) => Number.isNaN(end) || end < min || end > max)) {
    return `give ${min} to ${max}${field.names ? ` or ${field.names[0]} to ${field.names.at(-1)}` : ''}, a range or "*"`;
  }
  const [first = 0, last = first] = ends;
  return first > last ? 'a range begins with its smaller end' : null;
}
