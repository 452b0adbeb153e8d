import { isBytes } from '#src/client/call/bytes.ts';
import { RingbackError } from '#src/client/call/errors.ts';
import { isRedactedString } from '#src/domain/redact/redacted-string.ts';

const example = "submit({ url: 'https://api.example.com/reports', json: { month: '2026-10' } })";

/** Throws `invalid_input` for a value that is no request, such as the arguments of `fetch`. */
export function checkIsRequest(request: unknown): void {
  // A Request and a URL are objects too, but their fields are not own properties.
  if (typeof request !== 'object' || request === null || request instanceof URL || 'clone' in request) {
    throw refuse(undefined, `A request is one object, unlike the arguments of fetch: ${example}.`);
  }
  const { url, upstream } = request as { url?: unknown; upstream?: unknown };
  if ((url ?? upstream ?? null) === null) {
    throw refuse('url', `\`url\` is missing: ${example}.`);
  }
}

/**
 * Throws `invalid_input`, before anything is sent, for a value that JSON cannot hold. Also throws for a redacted string
 * that is not the value of a header: its secrets would be sent and stored readable there.
 */
export function checkFields(request: object): void {
  for (const [field, value] of fieldsOf(request)) {
    const text = textOf(field, value);
    if (!text?.includes('"$redacted"')) continue;
    const place = findRedacted(JSON.parse(text), field);
    if (place !== null) throw refuse(place, misplaced(place));
  }
}

/**
 * Yields all fields except headers, and the fields of the callback one by one. Text and bytes need no check, so they
 * are left out.
 */
function* fieldsOf(request: object, prefix = ''): Generator<[field: string, value: unknown]> {
  for (const [name, value] of Object.entries(request)) {
    if (name === 'headers' || typeof value === 'string' || isBytes(value)) continue;
    if (name === 'callback' && isPlain(value)) yield* fieldsOf(value, 'callback.');
    else yield [prefix + name, value];
  }
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !(value instanceof URL) && !isRedactedString(value);
}

function textOf(field: string, value: unknown): string | undefined {
  if (typeof value === 'function' || typeof value === 'symbol') {
    throw refuse(field, `\`${field}\` cannot be sent: JSON has nothing like a ${typeof value}.`);
  }
  try {
    return JSON.stringify(value);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.replace(/\s+/g, ' ') : 'it is not JSON';
    throw refuse(field, `\`${field}\` cannot be sent as JSON: ${reason}.`, cause);
  }
}

/** Returns the path of the first redacted string in a JSON value, or null. */
function findRedacted(value: unknown, path: string): string | null {
  if (isRedactedString(value)) return path;
  if (typeof value !== 'object' || value === null) return null;
  for (const [key, inner] of Object.entries(value)) {
    const place = findRedacted(inner, `${path}.${key}`);
    if (place !== null) return place;
  }
  return null;
}

function misplaced(place: string): string {
  const message = `\`${place}\` is a redactString, which only a header's value can be.`;
  if (place === 'url') return `${message} Name secret parameters in \`redact.query\`.`;
  if (/^(json|body)\b/.test(place)) return `${message} Name secret parts of a body in \`redact.body\`.`;
  return message;
}

function refuse(field: string | undefined, message: string, cause?: unknown): RingbackError {
  return new RingbackError('invalid_input', message, { field, cause });
}
