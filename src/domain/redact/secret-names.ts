const exactNames = new Set(['cookie', 'cookie2', 'set-cookie', 'set-cookie2']);
const exactWords = new Set(['key', 'apikey', 'authorization', 'jwt', 'passwd', 'passphrase']);
/** Ends of words: a name without separators, such as `accesstoken`, is one word. */
const secretEnding = /(?:token|secret|password|signature|credentials?)$/;
/** Words that end in `key` are secret only after these. A `monkey` or a `sortkey` is not. */
const secretKey =
  /(?:api|access|auth|secret|private|client|app|subscription|master|admin|signing|encryption|session|license|service|shared|security|user|account)key$/;

/** Verdicts of names seen before. Every attempt asks for the same few names, many times. */
const verdicts = new Map<string, boolean>();
const mostVerdicts = 1_000;
const longestRemembered = 64;

const parameterWords = new Set(['sig', 'auth', 'pass', 'pwd']);

/**
 * Returns true for header names whose values are always masked: the well-known ones, and every name with a word that
 * says so, such as token, secret, password, key, signature or credential. Words are separated by `-`, `_`, `.` or camel
 * case, or written together (`accesstoken`, `apikey`). Names that contain `ratelimit`, `idempotency-key` and the names
 * of CORS are never masked.
 */
export function isSecretHeader(name: string): boolean {
  const known = verdicts.get(name);
  if (known !== undefined) return known;
  const verdict = isSecretName(name);
  if (verdicts.size >= mostVerdicts) verdicts.clear();
  if (name.length <= longestRemembered) verdicts.set(name, verdict);
  return verdict;
}

function isSecretName(name: string): boolean {
  const lower = name.toLowerCase();
  if (exactNames.has(lower)) return true;
  const squeezed = lower.replace(/[-_.]/g, '');
  if (squeezed === 'idempotencykey' || squeezed.includes('ratelimit') || lower.startsWith('access-control-'))
    return false;
  const words = wordsOf(name);
  return words.at(-1) === 'auth' || words.some(isSecretWord);
}

/**
 * Returns true for names of query parameters that hold a credential in the URL of a receiver: those that would be
 * masked as a header, and `sig`, `auth`, `pass` and `pwd`.
 */
export function isSecretParameter(name: string): boolean {
  return isSecretHeader(name) || wordsOf(name).some((word) => parameterWords.has(word));
}

function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
}

function isSecretWord(word: string): boolean {
  return exactWords.has(word) || secretEnding.test(word) || secretKey.test(word);
}
