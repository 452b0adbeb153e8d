/**
 * Sends arrays of parameters in PostgreSQL's binary form. The text form that `pg` makes costs twice: each element is
 * quoted here and read again there, and bytes go as hexadecimal digits, twice as long.
 *
 * An array that has a value of another kind than its type expects is left to `pg`, so what is refused, and how, stays as
 * it is.
 */

/** Writes a value behind its length, from `at`. Returns the position after it, or -1 if it is of another kind. */
type Write = (value: unknown, at: number) => number;

/** Object id of each type of elements (from `pg_type`, fixed for ever), and how an element is written. */
const types: Readonly<Record<string, readonly [oid: number, write: Write]>> = {
  bool: [16, writeBool],
  bytea: [17, writeBytes],
  bigint: [20, writeBigint],
  int: [23, writeInt],
  text: [25, writeText],
  float8: [701, writeFloat],
  timestamptz: [1184, writeTime],
  uuid: [2950, writeUuid],
};
const headBytes = 20;
const keptBytes = 1024 ** 2;
const msAt2000 = 946_684_800_000;

let scratch = Buffer.allocUnsafe(64 * 1024);
/** Types of the array parameters of each named statement: index of the parameter, type of its elements. */
const arraysOf = new Map<string, readonly (readonly [index: number, type: string])[]>();

/**
 * Returns the values of a statement with its arrays in binary form. The statement names their types: `$1::uuid[]`.
 *
 * @param name name of the statement; its text is always the same
 */
export function withBinaryArrays(name: string, text: string, values: readonly unknown[]): unknown[] {
  let arrays = arraysOf.get(name);
  if (arrays === undefined) {
    arrays = findArrays(text);
    arraysOf.set(name, arrays);
  }
  const sent = [...values];
  for (const [index, type] of arrays) {
    const value = sent[index];
    if (Array.isArray(value)) sent[index] = encodeArray(type, value) ?? value;
  }
  return sent;
}

function findArrays(text: string): (readonly [number, string])[] {
  const found = new Map<number, string>();
  for (const [, number = '', type = ''] of text.matchAll(/\$(\d+)::(\w+)\[\]/g)) found.set(Number(number) - 1, type);
  return [...found].filter(([, type]) => type in types);
}

/** Returns an array in binary form, or undefined if it has a value that its type does not expect. */
export function encodeArray(type: string, values: readonly unknown[]): Buffer | undefined {
  const [oid, write] = types[type] ?? [0, () => -1];
  let at = headBytes;
  let hasNull = 0;
  for (const value of values) {
    if (value === null || value === undefined) {
      hasNull = 1;
      reserve(at + 4);
      scratch.writeInt32BE(-1, at);
      at += 4;
      continue;
    }
    at = write(value, at);
    if (at === -1) return undefined;
  }
  // An empty array has no dimensions, any other has one, whose first index is 1.
  scratch.writeInt32BE(values.length === 0 ? 0 : 1, 0);
  scratch.writeInt32BE(hasNull, 4);
  scratch.writeInt32BE(oid, 8);
  scratch.writeInt32BE(values.length, 12);
  scratch.writeInt32BE(1, 16);
  // The bytes are copied, since `pg` may send them later.
  const bytes = Buffer.from(scratch.subarray(0, values.length === 0 ? 12 : at));
  if (scratch.length > keptBytes) scratch = Buffer.allocUnsafe(keptBytes);
  return bytes;
}

/** Makes room for that many bytes, and keeps what is written already. */
function reserve(bytes: number): void {
  if (bytes <= scratch.length) return;
  const larger = Buffer.allocUnsafe(Math.max(bytes, 2 * scratch.length));
  scratch.copy(larger);
  scratch = larger;
}

function writeText(value: unknown, at: number): number {
  if (typeof value !== 'string') return -1;
  // A UTF-16 unit takes at most three bytes of UTF-8.
  reserve(at + 4 + 3 * value.length);
  const length = scratch.write(value, at + 4);
  scratch.writeInt32BE(length, at);
  return at + 4 + length;
}

function writeBytes(value: unknown, at: number): number {
  if (!(value instanceof Uint8Array)) return -1;
  reserve(at + 4 + value.length);
  scratch.writeInt32BE(value.length, at);
  scratch.set(value, at + 4);
  return at + 4 + value.length;
}

function writeBool(value: unknown, at: number): number {
  if (typeof value !== 'boolean') return -1;
  reserve(at + 5);
  scratch.writeInt32BE(1, at);
  scratch[at + 4] = value ? 1 : 0;
  return at + 5;
}

function writeInt(value: unknown, at: number): number {
  if (typeof value !== 'number' || (value | 0) !== value) return -1;
  reserve(at + 8);
  scratch.writeInt32BE(4, at);
  scratch.writeInt32BE(value, at + 4);
  return at + 8;
}

function writeBigint(value: unknown, at: number): number {
  return typeof value === 'number' && Number.isSafeInteger(value) ? writeInt64(value, at) : -1;
}

function writeTime(value: unknown, at: number): number {
  if (!(value instanceof Date)) return -1;
  const microseconds = (value.getTime() - msAt2000) * 1_000;
  return Number.isSafeInteger(microseconds) ? writeInt64(microseconds, at) : -1;
}

function writeInt64(value: number, at: number): number {
  reserve(at + 12);
  scratch.writeInt32BE(8, at);
  scratch.writeInt32BE(Math.floor(value / 2 ** 32), at + 4);
  scratch.writeUInt32BE(value - Math.floor(value / 2 ** 32) * 2 ** 32, at + 8);
  return at + 12;
}

function writeFloat(value: unknown, at: number): number {
  if (typeof value !== 'number') return -1;
  reserve(at + 12);
  scratch.writeInt32BE(8, at);
  scratch.writeDoubleBE(value, at + 4);
  return at + 12;
}

/** Values of hexadecimal digits by their character code; -1 for other characters. */
const digits = new Int8Array(128).fill(-1);
for (const [value, digit] of [...'0123456789abcdef'].entries()) {
  digits[digit.charCodeAt(0)] = value;
  digits[digit.toUpperCase().charCodeAt(0)] = value;
}
const dash = 45;
const dashes = [8, 13, 18, 23] as const;
/** Positions of the first digit of each byte of a UUID. */
const places = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34] as const;

/** Writes a UUID digit by digit: a job has a dozen, and an expression that checks them took five times as long. */
function writeUuid(value: unknown, at: number): number {
  if (typeof value !== 'string' || value.length !== 36) return -1;
  for (const place of dashes) if (value.charCodeAt(place) !== dash) return -1;
  reserve(at + 20);
  scratch.writeInt32BE(16, at);
  let end = at + 4;
  for (const place of places) {
    const byte = (digitAt(value, place) << 4) | digitAt(value, place + 1);
    if (byte < 0) return -1;
    scratch[end++] = byte;
  }
  return end;
}

function digitAt(text: string, place: number): number {
  return digits[text.charCodeAt(place)] ?? -1;
}
