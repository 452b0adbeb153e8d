import type { HeaderList } from '#src/domain/decide/outcome.ts';

export { maskJsonPointers } from './mask-json.ts';
export { isRedactedString, maskRedacted, type RedactedString, revealRedacted } from './redacted-string.ts';

/** The text shown in place of a secret. */
export const mask = '********';

const secretNames = new Set(['authorization', 'proxy-authorization', 'cookie', 'set-cookie', 'x-api-key', 'api-key']);
const secretWord = /(?:^|[-_])(?:token|secret|password|key|signature)(?:$|[-_])/;

/**
 * Returns true for header names whose values are always masked: the well-known ones, and every name with a word
 * (between `-` and `_`) that is exactly token, secret, password, key or signature. Names that contain `ratelimit`, and
 * `idempotency-key`, are never masked.
 */
export function isSecretHeader(name: string): boolean {
  const lower = name.toLowerCase();
  if (secretNames.has(lower)) return true;
  if (lower === 'idempotency-key' || lower.includes('ratelimit')) return false;
  return secretWord.test(lower);
}

/** Returns the headers with the values of secret headers masked, and of those named in `extraNames` (lower-case). */
export function maskHeaders(list: HeaderList, extraNames: readonly string[] = []): HeaderList {
  return list.map(([name, value]) =>
    isSecretHeader(name) || extraNames.includes(name.toLowerCase()) ? [name, mask] : [name, value],
  );
}

/**
 * Returns the URL with the values of these query parameters masked and everything else unchanged. Names are compared
 * after decoding, in any case. Only named parameters are masked; even a signature is not masked by itself.
 */
export function maskUrlQuery(url: string, names: readonly string[]): string {
  const start = url.indexOf('?');
  if (names.length === 0 || start < 0) return url;
  const end = url.indexOf('#', start);
  const query = url.slice(start + 1, end < 0 ? undefined : end);
  const wanted = new Set(names.map((name) => name.toLowerCase()));
  const masked = query.split('&').map((pair) => {
    const equals = pair.indexOf('=');
    return equals >= 0 && wanted.has(decodeName(pair.slice(0, equals))) ? `${pair.slice(0, equals)}=${mask}` : pair;
  });
  return url.slice(0, start + 1) + masked.join('&') + (end < 0 ? '' : url.slice(end));
}

function decodeName(text: string): string {
  const spaced = text.replaceAll('+', ' ');
  try {
    return decodeURIComponent(spaced).toLowerCase();
  } catch {
    return spaced.toLowerCase();
  }
}

/**
 * Returns free text with every secret masked, also where it appears URL-encoded, in base64, or JSON-escaped. A secret
 * of several words (`Bearer sk-…`) is masked as a whole and by each of its words of eight or more characters. Secrets
 * shorter than four characters are masked only where they stand alone.
 */
export function scrub(text: string, secrets: readonly string[]): string {
  const forms = new Set<string>();
  for (const secret of secrets) {
    for (const part of [secret, ...secret.split(/\s+/).filter((word) => word.length >= 8)]) {
      for (const form of spellings(part)) forms.add(form);
    }
  }
  let scrubbed = text;
  // Longer forms are replaced first: a short secret may be part of a long one, whose rest would then be left over.
  for (const form of [...forms].sort((a, b) => b.length - a.length)) {
    if (form.length >= 4) scrubbed = scrubbed.replaceAll(form, mask);
    else if (form !== '') scrubbed = scrubbed.replace(standingAlone(form), mask);
  }
  return scrubbed;
}

function spellings(secret: string): string[] {
  if (secret === '') return [];
  const bytes = new TextEncoder().encode(secret);
  const base64 = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')).replace(/=+$/, '');
  const url = encodeURIComponent(secret.toWellFormed());
  const urlSafe = base64.replaceAll('+', '-').replaceAll('/', '_');
  return [secret, url, url.replaceAll('%20', '+'), base64, urlSafe, JSON.stringify(secret).slice(1, -1)];
}

function standingAlone(form: string): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{N}])${form.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')}(?![\\p{L}\\p{N}])`, 'gu');
}
