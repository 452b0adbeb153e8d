import { dashed } from './uuid.ts';

/** The prefix of each kind of id. */
export const idPrefixes = [
  'job',
  'att',
  'dlv',
  'evt',
  'end',
  'ups',
  'key',
  'prj',
  'usr',
  'op',
  'flow',
  'sch',
  'run',
  'resp',
  'whe',
] as const;

/** The prefix of an id, without its underscore. */
export type IdPrefix = (typeof idPrefixes)[number];

/** Digits of Crockford's base 32 in lower case. They are in ASCII order, so ids sort as their UUIDs do. */
const digits = '0123456789abcdefghjkmnpqrstvwxyz';
const digitValues = new Map([...digits].map((digit, value) => [digit, value]));

/** Pairs of digits for each value of ten bits. An id is built from thirteen pairs. */
const pairs = Array.from({ length: 1_024 }, (_, value) => `${digits[value >> 5]}${digits[value & 31]}`);

/** Values of hexadecimal characters by their character code; -1 for other characters. */
const nibbles = Int8Array.from({ length: 103 }, (_, code) =>
  '0123456789abcdef'.indexOf(String.fromCharCode(code).toLowerCase()),
);

/** Positions of the 32 hexadecimal characters of a UUID, between its dashes. */
const places = [...'xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx'].flatMap((mark, at) => (mark === 'x' ? [at] : []));

/**
 * Returns an id as callers see it: the prefix and the UUID's 128 bits as 26 base-32 digits, e.g. `job_01k9z3…`. Throws
 * a TypeError if `uuid` is not a UUID in its usual form. Every job needs several ids, so the speed of this function
 * matters.
 */
export function formatId(prefix: IdPrefix, uuid: string): string {
  if (uuid.length !== 36 || uuid[8] !== '-' || uuid[13] !== '-' || uuid[18] !== '-' || uuid[23] !== '-') {
    throw new TypeError('not a UUID');
  }
  // The first two digits take 8 bits. Six groups of 20 bits follow, with four digits each.
  let text = `${prefix}_${pairs[bitsOf(uuid, 0, 2)]}`;
  for (let from = 2; from < 32; from += 5) {
    const bits = bitsOf(uuid, from, 5);
    text += (pairs[bits >> 10] as string) + (pairs[bits & 1_023] as string);
  }
  return text;
}

function bitsOf(uuid: string, from: number, count: number): number {
  let bits = 0;
  for (let index = from; index < from + count; index++) {
    const nibble = nibbles[uuid.charCodeAt(places[index] as number)] ?? -1;
    if (nibble < 0) throw new TypeError('not a UUID');
    bits = (bits << 4) | nibble;
  }
  return bits;
}

/** Returns the UUID inside an id with this prefix, in lower case, or null if the text is no such id. */
export function parseId(prefix: IdPrefix, text: string): string | null {
  const start = prefix.length + 1;
  if (text.length !== start + 26 || !text.startsWith(`${prefix}_`)) return null;
  const first = decode(text, start, 2);
  if (first === null || first > 0xff) return null;
  let hex = first.toString(16).padStart(2, '0');
  for (let at = start + 2; at < text.length; at += 4) {
    const group = decode(text, at, 4);
    if (group === null) return null;
    hex += group.toString(16).padStart(5, '0');
  }
  return dashed(hex);
}

function decode(text: string, at: number, length: number): number | null {
  let value = 0;
  for (let index = at; index < at + length; index++) {
    const digit = digitValues.get(text[index] ?? '');
    if (digit === undefined) return null;
    value = value * 32 + digit;
  }
  return value;
}
