import { isUtf8 } from 'node:buffer';
import { errorCodes, Refusal } from '#src/contract/shape/error-code.ts';
import { LaterRefusal } from '#src/contract/shape/later-refusal.ts';
import { parseExactJson } from '#src/domain/text/exact-json.ts';
import type { HttpRequest, HttpResponse } from './http.ts';
import { readLifted } from './lifted-json.ts';
import { MethodNotAllowed } from './method-not-allowed.ts';

export function json(status: number, value: unknown, headers: Record<string, string> = {}): HttpResponse {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(value),
  };
}

/** Returns the JSON of the request body, or `empty` when there is no body. */
export async function readJson(request: HttpRequest, maxBytes: number, empty?: unknown): Promise<unknown> {
  const body = await readLifted(request, maxBytes);
  if (body.byteLength === 0 && empty !== undefined) return empty;
  const type = request.headers['content-type'];
  if (type !== undefined && !/^application\/([a-z0-9.-]+\+)?json\b/i.test(type)) {
    throw new Refusal('invalid_input', `send JSON with content-type application/json; this is ${type.slice(0, 100)}`);
  }
  const text = utf8Text(body);
  try {
    return parseExactJson(text);
  } catch (error) {
    throw new Refusal('invalid_json', `the request body is not JSON: ${(error as Error).message}`);
  }
}

/** Returns the text of a request body. Throws `invalid_text` for bytes that are not UTF-8, which would be changed. */
export function utf8Text(body: Buffer): string {
  if (isUtf8(body)) return body.toString('utf8');
  throw new Refusal('invalid_text', 'the request body is not UTF-8');
}

/** Returns an error response (RFC 9457). Its `type` links to the page that explains the code. */
export function problem(refusal: Refusal, requestId: string, publicUrl: string): HttpResponse {
  const [status, title] = errorCodes[refusal.code];
  const body = {
    type: `${publicUrl}/errors#${refusal.code}`,
    title,
    status,
    detail: refusal.message,
    code: refusal.code,
    ...(refusal.field === undefined ? {} : { field: refusal.field }),
    requestId,
  };
  return {
    status,
    headers: {
      'content-type': 'application/problem+json; charset=utf-8',
      ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
      ...(refusal instanceof MethodNotAllowed ? { allow: refusal.allow } : {}),
      ...(refusal instanceof LaterRefusal ? { 'retry-after': String(refusal.retryAfterSeconds) } : {}),
      ...(status === 503 ? { 'retry-after': '1' } : {}),
    },
    body: JSON.stringify(body),
  };
}

/** Returns headers for content that others provided. A browser must never run it as a page of ours. */
export function asAttachment(contentType: string | null): Record<string, string> {
  return {
    'content-type': contentType ?? 'application/octet-stream',
    'content-security-policy': "sandbox; default-src 'none'",
    'x-content-type-options': 'nosniff',
    'content-disposition': 'attachment',
    'cache-control': 'private, no-store',
    'referrer-policy': 'no-referrer',
  };
}
