import { isRecord, refuse } from '#src/contract/shape/shape.ts';
import { limits } from '#src/domain/limits.ts';
import { isRedactedString, isSecretHeader, mask, maskRedacted, revealRedacted } from '#src/domain/redact/redact.ts';
import type { HeaderSpec } from './submit-spec.ts';

/**
 * Header names that belong to the connection, to the message's framing, or to Ringback itself. `proxy-authorization` is
 * not one of them: it frames nothing, and we use no proxy that would act on it, so it is sent like any other header.
 */
const ownNames = new Set([
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'expect',
  'upgrade',
  'keep-alive',
  'te',
  'trailer',
  'traceparent',
]);
const callbackNames = new Set(['content-type', 'content-encoding', 'user-agent']);

/**
 * Reads headers: names in lower case, values trimmed, secrets with the form in which they may be shown. Throws a
 * Refusal with code `invalid_header` that names the header and never shows a value.
 *
 * @param of the owner of the headers; a callback's headers must not replace those of the delivery
 */
export function readHeaders(input: unknown, field: string, of: 'request' | 'callback' = 'request'): HeaderSpec[] {
  if (input === undefined) return [];
  if (!isRecord(input)) throw refuse('invalid_header', field, 'must be an object of names and values.');
  const names = Object.keys(input);
  if (names.length > limits.headers) throw refuse('invalid_header', field, `must be at most ${limits.headers}.`);
  const specs: HeaderSpec[] = [];
  const seen = new Set<string>();
  let size = 0;
  for (const written of names) {
    const path = `${field}.${written}`;
    const name = readName(written, path, of);
    if (seen.has(name)) throw refuse('invalid_header', path, `is given twice: header names differ in more than case.`);
    seen.add(name);
    const spec = readValue(name, input[written], path, isSecretHeader(written));
    size += name.length + spec.value.length;
    specs.push(spec);
  }
  if (size > limits.headerBytes) {
    const most = limits.headerBytes.toLocaleString('en-US');
    throw refuse(
      'invalid_header',
      field,
      `must be at most ${most} bytes together, not ${size.toLocaleString('en-US')}.`,
    );
  }
  return specs;
}

function readName(written: string, path: string, of: 'request' | 'callback'): string {
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/.test(written)) {
    throw refuse('invalid_header', printable(path), 'is not a header name: letters, digits, "-" and "_" only.');
  }
  const name = written.toLowerCase();
  const proxy = name.startsWith('proxy-') && name !== 'proxy-authorization';
  if (ownNames.has(name) || proxy || (of === 'callback' && callbackNames.has(name))) {
    throw refuse(
      'invalid_header',
      path,
      'cannot be set: it is about the connection or the message, which Ringback frames.',
    );
  }
  if (name.startsWith('webhook-'))
    throw refuse('invalid_header', path, 'cannot be set: webhook-* names are for signatures.');
  return name;
}

function readValue(name: string, input: unknown, path: string, isSecret: boolean): HeaderSpec {
  const redacted = isRedactedString(input);
  if (typeof input !== 'string' && !redacted) {
    throw refuse('invalid_header', path, 'must be a string or a redacted string.');
  }
  const value = (redacted ? revealRedacted(input) : input).replace(/^[ \t]+|[ \t]+$/g, '');
  if (/[^\t\x20-\x7e\x80-\xff]/.test(value)) {
    throw refuse(
      'invalid_header',
      path,
      'must hold no line breaks, other control characters, or characters beyond latin-1.',
    );
  }
  return { name, value, masked: redacted ? maskRedacted(input).trim() : isSecret ? mask : null };
}

/** Replaces characters that must not be shown. A refused name may hold line breaks or other control characters. */
function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, 160);
}
