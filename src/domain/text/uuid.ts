/** Returns true if the text is a UUID in its usual form, in lower case. */
export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
}

/** The two hexadecimal characters of each byte value. */
const bytesInHex = Array.from({ length: 256 }, (_, value) => value.toString(16).padStart(2, '0'));

/**
 * Returns a UUID of version 7 (RFC 9562 §5.7), which sorts by time to the millisecond.
 *
 * @param random16 16 random bytes; those that the time and the version replace are not used
 */
export function uuidV7(nowMs: number, random16: Uint8Array): string {
  const time = Math.floor(nowMs).toString(16).padStart(12, '0');
  let hex = '';
  for (let at = 6; at < 16; at++) {
    const byte = random16[at] ?? 0;
    const value = at === 6 ? (byte & 0x0f) | 0x70 : at === 8 ? (byte & 0x3f) | 0x80 : byte;
    hex += bytesInHex[value] as string;
  }
  return dashed(time + hex);
}

/** Returns 32 hexadecimal characters as a UUID in its usual form. */
export function dashed(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
