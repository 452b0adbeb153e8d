import type { JsonValue } from './policy.ts';

/**
 * Returns a JSON pointer's decoded tokens (RFC 6901), or null if it is not a pointer. A pointer is empty or starts with
 * a slash.
 */
export function parsePointer(pointer: string): string[] | null {
  if (pointer === '') return [];
  if (!pointer.startsWith('/') || /~(?![01])/.test(pointer)) return null;
  return pointer
    .slice(1)
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** Returns the value a JSON pointer leads to, or undefined if nothing is there or the pointer cannot be read. */
export function valueAt(root: JsonValue, pointer: string): JsonValue | undefined {
  let value: JsonValue | undefined = root;
  for (const token of parsePointer(pointer) ?? [null]) {
    if (token === null || typeof value !== 'object' || value === null) return undefined;
    if (Array.isArray(value)) value = /^(?:0|[1-9]\d*)$/.test(token) ? value[Number(token)] : undefined;
    else value = Object.hasOwn(value, token) ? value[token] : undefined;
  }
  return value;
}
