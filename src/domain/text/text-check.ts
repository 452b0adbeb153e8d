import { jsonDepth } from '#src/domain/limits.ts';
import { isRawJson } from './exact-json.ts';
import { WrittenJson } from './written-json.ts';

/** Reasons why a value cannot be stored as JSON text. */
export type BadTextReason = 'nul' | 'lone_surrogate' | 'too_deep' | 'not_finite' | 'not_exact' | 'not_json';

/** Place of a wrong value, as a dotted path (`metadata.tags.0`), and the reason. An empty path is the value itself. */
export type BadText = { path: string; reason: BadTextReason };

/**
 * Finds the first part of a JSON value that PostgreSQL could not store or JSON could not carry: a text or a key with
 * U+0000 or a lone surrogate, nesting deeper than `maxDepth`, a number that is not finite (`1e999` is read as one), or
 * something that is not JSON at all. Returns null if there is none. `undefined` members of objects are skipped, as JSON
 * does. A number that is kept as it was written (`RawJson`) is found too, except in the member `rawField` of the value.
 */
export function findBadText(
  value: unknown,
  maxDepth: number = jsonDepth,
  rawField: string | null = null,
): BadText | null {
  const found = inspect(value, maxDepth, rawField);
  if (found === null) return null;
  return { path: found.path.reverse().join('.'), reason: found.reason };
}

/** `path` is collected from the inside out, so that nothing is built while no error is found. */
type Found = { path: string[]; reason: BadTextReason };

/** The member in which numbers may be kept as they were written; `anywhere` inside that member. */
type RawField = string | null | typeof anywhere;

const anywhere = Symbol('anywhere');

function inspect(value: unknown, depthLeft: number, raw: RawField): Found | null {
  switch (typeof value) {
    case 'string':
      return inspectText(value);
    case 'number':
      return Number.isFinite(value) ? null : bad('not_finite');
    case 'boolean':
    case 'undefined':
      return null;
    case 'object':
      // What is kept as it was written was checked when it was read.
      if (value === null || value instanceof WrittenJson) return null;
      if (isRawJson(value)) return raw === anywhere ? null : bad('not_exact');
      return inspectMembers(value, depthLeft, raw);
    default:
      return bad('not_json');
  }
}

function inspectText(text: string): Found | null {
  if (text.includes('\u0000')) return bad('nul');
  return text.isWellFormed() ? null : bad('lone_surrogate');
}

function inspectMembers(value: object, depthLeft: number, raw: RawField): Found | null {
  if (depthLeft === 0) return bad('too_deep');
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      const found = inspect(value[index], depthLeft - 1, raw === anywhere ? anywhere : null);
      if (found !== null) return at(found, String(index));
    }
    return null;
  }
  for (const key of Object.keys(value)) {
    const below = raw === anywhere || raw === key ? anywhere : null;
    const found = inspectText(key) ?? inspect((value as Record<string, unknown>)[key], depthLeft - 1, below);
    if (found !== null) return at(found, key);
  }
  return null;
}

function bad(reason: BadTextReason): Found {
  return { path: [], reason };
}

function at(found: Found, key: string): Found {
  found.path.push(key);
  return found;
}
