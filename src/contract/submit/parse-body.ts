import { Refusal } from '#src/contract/shape/error-code.ts';
import { isRecord, refuse } from '#src/contract/shape/shape.ts';
import { limits } from '#src/domain/limits.ts';
import { decodeBase64 } from '#src/domain/text/base64.ts';
import { WrittenJson } from '#src/domain/text/written-json.ts';
import { redactedKey, refuseRedacted } from './refuse-redacted.ts';

const utf8 = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Returns the bytes to send: from `body` (text or base64), or from `json` written as text. Returns null if neither is
 * given.
 */
export function readBody(body: unknown, json: unknown): Uint8Array | null {
  if (body === undefined && json === undefined) return null;
  if (body !== undefined && json !== undefined) {
    throw new Refusal('conflicting_fields', '`body` and `json` exclude each other; give one of them.', 'json');
  }
  if (json instanceof WrittenJson) {
    const bytes = limited(json.bytes, 'json');
    const text = decoder.decode(bytes);
    if (text.includes(redactedKey)) refuseRedacted(JSON.parse(text), text, 'json');
    return bytes;
  }
  if (body === undefined) {
    const text = JSON.stringify(json);
    refuseRedacted(json, text, 'json');
    return limited(encode(text, 'json'), 'json');
  }
  if (typeof body === 'string') return limited(encode(body, 'body'), 'body');
  if (!isRecord(body) || typeof body.base64 !== 'string') {
    throw refuse('invalid_input', 'body', 'must be a string, or { base64 } for bytes; for a JSON value use `json`.');
  }
  const extra = Object.keys(body).find((key) => key !== 'base64');
  if (extra !== undefined) throw refuse('unknown_field', `body.${extra}`, 'is not a known field. Remove it.');
  // Four base64 characters stand for three bytes, so a body that is too long is refused without decoding it.
  if (body.base64.length > Math.ceil(limits.bodyBytes / 3) * 4) throw tooLarge('body');
  const bytes = decodeBase64(body.base64);
  if (bytes === null) throw refuse('invalid_input', 'body.base64', 'must be base64 in the standard alphabet.');
  return limited(bytes, 'body');
}

function encode(text: string, field: string): Uint8Array {
  if (text.length > limits.bodyBytes) throw tooLarge(field);
  return utf8.encode(text);
}

function limited(bytes: Uint8Array, field: string): Uint8Array {
  if (bytes.length > limits.bodyBytes) throw tooLarge(field);
  return bytes;
}

function tooLarge(field: string): Refusal {
  return refuse('body_too_large', field, `must be at most 8 MiB (${limits.bodyBytes.toLocaleString('en-US')} bytes).`);
}
