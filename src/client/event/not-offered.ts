import { RingbackError } from '#src/client/index.ts';

/** Throws the error for a part of another system that has no counterpart here. `instead` says what to use. */
export function notOffered(what: string, instead: string): never {
  throw new RingbackError('not_offered', `${what} is not offered by Ringback: ${instead}`);
}

/**
 * Throws `not_offered` for a field that is not in `known`. A field that was left out silently would change what the
 * code does. `instead` has what to use for fields of the other system.
 */
export function refuseOthers(
  given: object,
  known: readonly string[],
  instead: Readonly<Record<string, string>>,
  of: string,
): void {
  for (const [field, value] of Object.entries(given)) {
    if (value === undefined || known.includes(field)) continue;
    notOffered(`\`${field}\` of ${of}`, instead[field] ?? 'leave it out.');
  }
}
