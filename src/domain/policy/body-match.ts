import { sameJson } from './json-equal.ts';
import { valueAt } from './json-pointer.ts';
import type { BodyMatch, JsonValue } from './policy.ts';

/** Returns a body read as JSON, or null if it is not JSON. */
export type ReadBody = () => { value: JsonValue } | null;

/** Reads a response's body as JSON at the first call and remembers it. A truncated body counts as no JSON. */
export function readJsonBody(response: { body: Uint8Array; truncated: boolean }): ReadBody {
  let read: { value: JsonValue } | null | undefined;
  return () => {
    if (read === undefined) read = response.truncated ? null : parse(response.body);
    return read;
  };
}

/** Returns true if the body is JSON and the value at the pointer equals the rule's. */
export function matchesBody(match: BodyMatch, readBody: ReadBody): boolean {
  const body = readBody();
  if (body === null) return false;
  const found = valueAt(body.value, match.pointer);
  return found !== undefined && sameJson(found, match.value);
}

function parse(body: Uint8Array): { value: JsonValue } | null {
  try {
    return { value: JSON.parse(new TextDecoder().decode(body)) };
  } catch {
    return null;
  }
}
