const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

const imfFixdate = /^[a-z]{3}, (\d{2}) ([a-z]{3}) (\d{4}) (\d{2}):(\d{2}):(\d{2}) (?:gmt|utc)$/i;
const rfc850Date = /^[a-z]{6,9}, (\d{2})-([a-z]{3})-(\d{2}) (\d{2}):(\d{2}):(\d{2}) gmt$/i;
const asctimeDate = /^[a-z]{3} ([a-z]{3}) ([ \d]\d) (\d{2}):(\d{2}):(\d{2}) (\d{4})$/i;

/**
 * Returns an HTTP-date (RFC 9110 §5.6.7) in any of its three forms, in epoch milliseconds; null for any other text. A
 * two-digit year more than 50 years ahead of `nowMs` means the past one, as that section demands.
 */
export function parseHttpDate(text: string, nowMs: number): number | null {
  const fixed = imfFixdate.exec(text);
  if (fixed !== null) return utc(fixed[3], monthOf(fixed[2]), fixed[1], fixed[4], fixed[5], fixed[6]);
  const rfc850 = rfc850Date.exec(text);
  if (rfc850 !== null) {
    const thisYear = new Date(nowMs).getUTCFullYear();
    let year = Math.floor(thisYear / 100) * 100 + Number(rfc850[3]);
    if (year > thisYear + 50) year -= 100;
    return utc(year, monthOf(rfc850[2]), rfc850[1], rfc850[4], rfc850[5], rfc850[6]);
  }
  const asctime = asctimeDate.exec(text);
  if (asctime === null) return null;
  return utc(asctime[6], monthOf(asctime[1]), asctime[2], asctime[3], asctime[4], asctime[5]);
}

const isoDate =
  /^(\d{4})-(\d{2})-(\d{2})(?:[t ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(z|[+-]\d{2}(?::?\d{2})?)?)?$/i;

/**
 * Returns an ISO 8601 calendar date with an optional time, in epoch milliseconds; null for any other text. A date
 * without an offset is UTC. Fractions of a millisecond are rounded up.
 */
export function parseIsoDate(text: string): number | null {
  const parts = isoDate.exec(text);
  if (parts === null) return null;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '0', zone = 'Z'] = parts;
  const base = utc(year, Number(month) - 1, day, hour, minute, second);
  const offsetMinutes = readOffset(zone);
  if (base === null || offsetMinutes === null) return null;
  return base + Math.ceil(Number(`0.${fraction}`) * 1_000) - offsetMinutes * 60_000;
}

function readOffset(zone: string): number | null {
  if (zone.toUpperCase() === 'Z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(3).replace(':', ''));
  if (hours > 23 || minutes > 59) return null;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}

function monthOf(name: string | undefined): number {
  return months.indexOf((name ?? '').toLowerCase());
}

type Digits = string | number | undefined;

/**
 * Returns the instant, or null for an impossible date such as 31 February or 25 o'clock. Second 60 (a leap second) is
 * the next minute's first.
 */
function utc(year: Digits, month: number, day: Digits, hour: Digits, minute: Digits, second: Digits): number | null {
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return null;
  const ms = Date.UTC(Number(year), month, Number(day), Number(hour), Number(minute), Number(second));
  const midnight = new Date(Date.UTC(Number(year), month, Number(day)));
  return month >= 0 && midnight.getUTCMonth() === month && midnight.getUTCDate() === Number(day) ? ms : null;
}
