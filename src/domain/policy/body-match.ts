import { sameJson } from './json-equal.ts';
import { valueAt } from './json-pointer.ts';
import type { BodyMatch, JsonValue } from './policy.ts';

/** A body read as JSON: the value, or null when it is no JSON. */
export type ReadBody = () => { value: JsonValue } | null;

/** Reads a response's body as JSON at the first call and remembers it. A truncated body is no JSON. */
export function readJsonBody(response: { body: Uint8Array; truncated: boolean }): ReadBody {
  let read: { value: JsonValue } | null | undefined;
  return () => {
    if (read === undefined) read = response.truncated ? null : parse(response.body);
    return read;
  };
}

/** True when the body is JSON and the value at the pointer equals the rule's. */
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
