import { isRecord, refuse } from '#src/contract/shape/shape.ts';
import { isRedactedString } from '#src/domain/redact/redacted-string.ts';

/** Stands in the JSON of every value that holds a redacted string. */
export const redactedKey = '"$redacted"';

/**
 * Refuses a value that holds a redacted string. Only headers take redacted strings: elsewhere the string would be
 * stored, sent and shown with its secret.
 *
 * @param text the value as JSON, which is searched first
 */
export function refuseRedacted(value: unknown, text: string, field: 'json' | 'metadata'): void {
  if (!text.includes(redactedKey)) return;
  const path = findRedacted(value, field);
  if (path === null) return;
  const cure =
    field === 'json'
      ? 'Give the plain value, and name its place in `redact.body`.'
      : 'Metadata is shown wherever the job is: leave secrets out of it.';
  throw refuse('invalid_input', path.slice(0, 200), `is a redacted string, which only headers can be. ${cure}`);
}

function findRedacted(value: unknown, path: string): string | null {
  if (isRedactedString(value)) return path;
  if (!isRecord(value) && !Array.isArray(value)) return null;
  for (const [key, member] of Object.entries(value)) {
    const found = findRedacted(member, `${path}.${key}`);
    if (found !== null) return found;
  }
  return null;
}
