import type { IncomingMessage } from 'node:http';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { inexactRule, refuse } from '#src/contract/shape/shape.ts';
import { findInexact } from '#src/domain/text/exact-json.ts';
import type { HttpRequest } from '#src/server/http/http.ts';
import { readLifted } from '#src/server/http/lifted-json.ts';
import { utf8Text } from '#src/server/http/wire.ts';

/**
 * Reads the body before tRPC does, whose parser would change bytes that are not UTF-8 and numbers with more digits than
 * a double keeps. Returns the refusal of such a body; null: the body is given on.
 */
export async function readFirst(
  node: IncomingMessage,
  request: HttpRequest,
  maxBytes: number,
): Promise<Refusal | null> {
  if (request.method !== 'POST') return null;
  let text = '';
  try {
    text = utf8Text(await readLifted(request, maxBytes));
    const path = inexactPath(text);
    const field = request.query.has('batch') ? path?.replace(/^\d+\./, '') : path;
    if (field !== undefined && field !== null) throw refuse('invalid_json', field, inexactRule);
    return null;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  } finally {
    Object.assign(node, { body: text });
  }
}

/** Returns the path of a number that would be changed. Of text that is no JSON tRPC says so. */
function inexactPath(text: string): string | null {
  try {
    return findInexact(text);
  } catch {
    return null;
  }
}
