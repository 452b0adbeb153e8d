const shown = '********';

/**
 * A text with secret parts, as `redactString` sends it. `strings` are the plain parts around the secret `values`, so
 * there is one more string than values.
 */
export type RedactedString = { $redacted: { strings: string[]; values: string[] } };

/** Returns true for an object that holds nothing but a well-formed `$redacted`. */
export function isRedactedString(value: unknown): value is RedactedString {
  if (typeof value !== 'object' || value === null || !('$redacted' in value)) return false;
  const inner = value.$redacted;
  if (Object.keys(value).length !== 1 || typeof inner !== 'object' || inner === null) return false;
  const { strings, values, ...rest } = inner as Record<string, unknown>;
  return Object.keys(rest).length === 0 && isTexts(strings) && isTexts(values) && strings.length === values.length + 1;
}

/** Returns the real text. */
export function revealRedacted({ $redacted: { strings, values } }: RedactedString): string {
  return strings.map((text, index) => text + (values[index] ?? '')).join('');
}

/** Returns the text as it may be shown: `Bearer ********`. A text that marks nothing as secret is masked as a whole. */
export function maskRedacted({ $redacted: { strings, values } }: RedactedString): string {
  return values.length === 0 ? shown : strings.join(shown);
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
