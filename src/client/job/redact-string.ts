import { maskRedacted, type RedactedString } from '#src/domain/redact/redacted-string.ts';

/** A value to mask: text or a number, never empty. */
export type SecretValue = string | number;

/**
 * Marks the inserted parts of a header value as secret. `` redactString`Bearer ${key}` `` is sent whole and shown
 * everywhere as `Bearer ********`. The secret parts are stored encrypted, and deleted after the job has ended.
 *
 * Throws a TypeError for a value that is undefined, null or empty, since the mask would hide that the secret is
 * missing. Also throws a TypeError when the result is put into another string: it must be the whole value of a header.
 */
export function redactString(strings: TemplateStringsArray, ...values: SecretValue[]): RedactedString {
  if (!Array.isArray(strings))
    throw new TypeError('redactString is a tag of a template: write it without parentheses.');
  return new MaskedString([...strings], values.map(readValue));
}

class MaskedString implements RedactedString {
  readonly $redacted: RedactedString['$redacted'];

  constructor(strings: string[], values: string[]) {
    this.$redacted = { strings, values };
  }

  toString(): never {
    throw new TypeError('A redactString cannot be put into another string: use redactString for the whole value.');
  }

  [Symbol.toPrimitive](): never {
    return this.toString();
  }

  /**
   * Returns the masked text for `console.log` and similar functions. The JSON form is not masked, because it is the
   * form that is sent.
   */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `redactString\`${maskRedacted(this)}\``;
  }
}

function readValue(value: unknown, index: number): string {
  const which = `The ${ordinal(index + 1)} value of redactString`;
  if (value === undefined || value === null) {
    throw new TypeError(`${which} is ${value}: is the environment variable set?`);
  }
  if (typeof value !== 'string' && typeof value !== 'number') {
    throw new TypeError(`${which} is neither text nor a number.`);
  }
  const text = String(value);
  if (text.trim() === '') throw new TypeError(`${which} is empty: is the environment variable set?`);
  return text;
}

function ordinal(place: number): string {
  const ending = { 1: 'st', 2: 'nd', 3: 'rd' }[place % 100 > 10 && place % 100 < 20 ? 0 : place % 10] ?? 'th';
  return `${place}${ending}`;
}
