const perLine = 16;
const bytesShown = 4_096;

export function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/** Returns the first bytes as hexadecimal numbers, with their positions and their ASCII characters. */
export function hexLines(bytes: Uint8Array): string[] {
  const lines: string[] = [];
  for (let start = 0; start < Math.min(bytes.length, bytesShown); start += perLine) {
    const row = [...bytes.subarray(start, start + perLine)];
    const hex = row.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const ascii = row.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
    lines.push(`${start.toString(16).padStart(6, '0')}  ${hex.padEnd(perLine * 3 - 1)}  ${ascii}`);
  }
  if (bytes.length > bytesShown) lines.push(`… and ${(bytes.length - bytesShown).toLocaleString('en-US')} bytes more`);
  return lines;
}
