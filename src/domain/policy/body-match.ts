import { sameJson } from './json-equal.ts';
import { valueAt } from './json-pointer.ts';
import type { BodyMatch, JsonValue, Rule } from './policy.ts';

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

/** Returns the values of which the body must have one. */
export function matchValues(match: BodyMatch): readonly JsonValue[] {
  return 'anyOf' in match ? match.anyOf : [match.value];
}

/** Returns true if the body is JSON and the value at the pointer equals one of the rule's. */
export function matchesBody(match: BodyMatch, readBody: ReadBody): boolean {
  return matchedValue(match, readBody) !== undefined;
}

/** Returns the value of the rule that the body has at the pointer, or undefined if it has none of them. */
export function matchedValue(match: BodyMatch, readBody: ReadBody): JsonValue | undefined {
  const body = readBody();
  if (body === null) return undefined;
  const found = valueAt(body.value, match.pointer);
  if (found === undefined) return undefined;
  return matchValues(match).find((value) => sameJson(found, value));
}

/**
 * Returns true if the rule polls: it repeats a request that succeeded, for as long as its body says that the work goes
 * on.
 */
export function isPoll(rule: Rule): boolean {
  return rule.strategy.limit > 0 && readsSuccesses(rule);
}

/** Returns true if the rule looks into the bodies of responses that succeeded, and of no others. */
export function readsSuccesses({ when, bodyMatches }: Rule): boolean {
  return bodyMatches !== null && when.ranges.every(([from, to]) => from >= 200 && to <= 299);
}

function parse(body: Uint8Array): { value: JsonValue } | null {
  try {
    return { value: JSON.parse(new TextDecoder().decode(body)) };
  } catch {
    return null;
  }
}
