import type { JsonValue } from '#src/domain/policy/policy.ts';

/** Deepest path into metadata that can be asked for. */
const deepest = 8;

/** A path into a job's metadata, and the text that its value must have. */
export type MetadataMatch = { path: string[]; value: string };

/**
 * Returns the keys of a path such as `customer.id`; null if the text is no path. A backslash takes the meaning from a dot,
 * an equals sign or a backslash within a key. A number leads into a list.
 */
export function parseMetadataPath(text: string): string[] | null {
  const keys = [''];
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === '=') return null;
    if (char === '.') keys.push('');
    else if (char === '\\') {
      at += 1;
      if (!/[.=\\]/.test(text.charAt(at))) return null;
      keys[keys.length - 1] += text.charAt(at);
    } else keys[keys.length - 1] += char;
  }
  return keys.length > deepest || keys.includes('') ? null : keys;
}

/** Returns the text of a path. `parseMetadataPath` reads it back. */
export function formatMetadataPath(path: readonly string[]): string {
  return path.map((key) => key.replaceAll(/[.=\\]/g, '\\$&')).join('.');
}

/** Reads `customer.id=42`; null if it is no path, equals sign and value. All that follows the sign is the value. */
export function parseMetadataMatch(text: string): MetadataMatch | null {
  const head = /^(?:[^=\\]|\\[\s\S])*(?==)/.exec(text)?.[0];
  const path = head === undefined ? null : parseMetadataPath(head);
  return path && head !== undefined ? { path, value: text.slice(head.length + 1) } : null;
}

export function formatMetadataMatch({ path, value }: MetadataMatch): string {
  return `${formatMetadataPath(path)}=${value}`;
}

/** Returns the paths of all single values in metadata, in their order. Lists are not entered. */
export function metadataPaths(metadata: JsonValue): string[][] {
  if (metadata === null || typeof metadata !== 'object' || Array.isArray(metadata)) return [];
  return Object.entries(metadata).flatMap(([key, value]): string[][] => {
    if (key === '' || Array.isArray(value)) return [];
    if (value === null || typeof value !== 'object') return [[key]];
    return metadataPaths(value)
      .map((path) => [key, ...path])
      .filter((path) => path.length <= deepest);
  });
}

/** Returns the text of the value at a path: a text as it is, everything else as JSON. Null: there is none. */
export function metadataText(metadata: JsonValue, path: readonly string[]): string | null {
  let value: JsonValue | undefined = metadata;
  for (const key of path) {
    if (Array.isArray(value)) value = /^-?\d+$/.test(key) ? value.at(Number(key)) : undefined;
    else if (value !== null && typeof value === 'object' && Object.hasOwn(value, key)) value = value[key];
    else return null;
  }
  if (value === undefined || value === null) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
