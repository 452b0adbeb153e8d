const shown = '********';

/**
 * A text of which some parts are secret, as `redactString` sends it: `strings` are the plain parts around the secret
 * `values`, so there is one more of them.
 */
export type RedactedString = { $redacted: { strings: string[]; values: string[] } };

/** True for an object that holds nothing but a well-formed `$redacted`. */
export function isRedactedString(value: unknown): value is RedactedString {
  if (typeof value !== 'object' || value === null || !('$redacted' in value)) return false;
  const inner = value.$redacted;
  if (Object.keys(value).length !== 1 || typeof inner !== 'object' || inner === null) return false;
  const { strings, values, ...rest } = inner as Record<string, unknown>;
  return Object.keys(rest).length === 0 && isTexts(strings) && isTexts(values) && strings.length === values.length + 1;
}

/** The real text. */
export function revealRedacted({ $redacted: { strings, values } }: RedactedString): string {
  return strings.map((text, index) => text + (values[index] ?? '')).join('');
}

/** The text as it may be shown: `Bearer ********`. One that marks nothing as secret is masked as a whole. */
export function maskRedacted({ $redacted: { strings, values } }: RedactedString): string {
  return values.length === 0 ? shown : strings.join(shown);
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
