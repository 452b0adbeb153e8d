import { Refusal } from '#src/contract/shape/error-code.ts';
import { limits } from '#src/domain/limits.ts';
import type { HttpRequest } from '#src/server/http/http.ts';

/**
 * Returns the seconds that a caller wants to wait, or null. With `query` the parameter `wait` counts too, and more than the
 * header.
 */
export function askedWait(by: 'prefer' | 'query', { query, headers }: HttpRequest): number | null {
  const preferred = preferWait(headers.prefer);
  return by === 'prefer' ? preferred : (parseWait(query.get('wait')) ?? preferred);
}

/** Parses `?wait=N`: whole seconds up to 60. Returns null when it is absent. */
function parseWait(text: string | null): number | null {
  if (text === null) return null;
  if (/^\d{1,2}$/.test(text) && Number(text) <= limits.preferWaitSeconds) return Number(text);
  throw new Refusal('invalid_input', `wait must be whole seconds from 0 to ${limits.preferWaitSeconds}`, 'wait');
}

/**
 * Parses `Prefer: wait=N` (RFC 7240 §4.3). The header is only a preference: an invalid value is ignored, and a value
 * that is too large is reduced to the limit.
 */
function preferWait(header: string | undefined): number | null {
  const seconds = /(?:^|[,;])\s*wait\s*=\s*"?(\d{1,9})"?\s*(?:[,;]|$)/i.exec(header ?? '')?.[1];
  return seconds === undefined ? null : Math.min(limits.preferWaitSeconds, Number(seconds));
}
