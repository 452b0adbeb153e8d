import type { RedactedString } from '#src/domain/redacted-string.ts';

/**
 * Marks the filled-in parts of a header value as secret: `` redactString`Bearer ${key}` `` is sent whole and shown
 * everywhere as `Bearer ********`. The marked parts are encrypted until the job ends.
 */
export function redactString(strings: TemplateStringsArray, ...values: unknown[]): RedactedString {
  return { $redacted: { strings: [...strings], values: values.map(String) } };
}
