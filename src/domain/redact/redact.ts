import type { HeaderList } from '#src/domain/decide/outcome.ts';
import { maskParameters } from './mask-url.ts';
import { isSecretHeader } from './secret-names.ts';

export { maskJsonPointers } from './mask-json.ts';
export { maskedParameters, maskUrlQuery, queryValues, secretParameters } from './mask-url.ts';
export { isRedactedString, maskRedacted, type RedactedString, revealRedacted } from './redacted-string.ts';
export { isSecretHeader } from './secret-names.ts';

/** The text shown in place of a secret. */
export const mask = '********';

/** Returns the headers with the values of secret headers masked, and of those named in `extraNames` (lower-case). */
export function maskHeaders(list: HeaderList, extraNames: readonly string[] = []): HeaderList {
  return list.map(([name, value]) =>
    isSecretHeader(name) || extraNames.includes(name.toLowerCase()) ? [name, mask] : [name, value],
  );
}

const headerEntry = 'header:';

/** Returns the names of the response headers, in lower case, that entries `header:<name>` of `redact.response` name. */
export function responseHeaders(response: readonly string[]): string[] {
  return response.filter(isHeaderEntry).map((entry) => entry.slice(headerEntry.length).toLowerCase());
}

/** Returns the JSON pointers among the entries of `redact.response`. */
export function responsePointers(response: readonly string[]): string[] {
  return response.filter((entry) => !isHeaderEntry(entry));
}

/** Returns true for an entry of `redact.response` that names a header. A JSON pointer begins with `/` or is empty. */
export function isHeaderEntry(entry: string): boolean {
  return entry.startsWith(headerEntry);
}

/** Secrets of a request that its response may repeat: names of query parameters, and real values. */
export type KnownSecrets = { names: readonly string[]; values: readonly string[] };

/** What `makeHider` returns if there are no secrets. */
export const hideNothing = (text: string): string => text;

/**
 * Returns a function that masks known secrets in one text, such as the value of a response header: values of the named
 * query parameters in every URL, and the known values wherever they are, as `scrub` does.
 */
export function makeHider({ names, values }: KnownSecrets): (text: string) => string {
  if (names.length === 0 && values.length === 0) return hideNothing;
  const hideValues = makeScrubber(values);
  return (text) => hideValues(maskParameters(text, names));
}

/**
 * Returns free text with every secret masked, also where it appears URL-encoded, in base64, or JSON-escaped. A secret
 * of several words (`Bearer sk-…`) is masked as a whole and by each of its words of eight or more characters. Secrets
 * shorter than four characters are masked only where they stand alone.
 */
export function scrub(text: string, secrets: readonly string[]): string {
  return makeScrubber(secrets)(text);
}

function makeScrubber(secrets: readonly string[]): (text: string) => string {
  const forms = new Set<string>();
  for (const secret of secrets) {
    for (const part of [secret, ...secret.split(/\s+/).filter((word) => word.length >= 8)]) {
      for (const form of spellings(part)) forms.add(form);
    }
  }
  // Longer forms are replaced first: a short secret may be part of a long one, whose rest would then be left over.
  const ordered = [...forms]
    .filter((form) => form !== '')
    .sort((a, b) => b.length - a.length)
    .map((form): string | RegExp => (form.length >= 4 ? form : standingAlone(form)));
  return (text) => ordered.reduce<string>((scrubbed, form) => scrubbed.replaceAll(form, mask), text);
}

function spellings(secret: string): string[] {
  if (secret === '') return [];
  const bytes = new TextEncoder().encode(secret);
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  const base64 = btoa(binary).replace(/=+$/, '');
  const url = encodeURIComponent(secret.toWellFormed());
  const urls = [url, url.replaceAll('%20', '+'), encodeURI(secret.toWellFormed())];
  const urlSafe = base64.replaceAll('+', '-').replaceAll('/', '_');
  return [
    secret,
    // Headers are read as Latin-1, so a secret that is not ASCII may come back in this form.
    binary,
    ...urls,
    ...urls.map((text) => text.replace(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase())),
    base64,
    urlSafe,
    JSON.stringify(secret).slice(1, -1),
  ];
}

function standingAlone(form: string): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{N}])${form.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')}(?![\\p{L}\\p{N}])`, 'gu');
}
