import type { HeaderList } from '#src/domain/decide/outcome.ts';
import { isSecretHeader } from '#src/domain/redact/redact.ts';
import type { Hop } from './exchange.ts';

const redirectStatuses = new Set([301, 302, 303, 307, 308]);

/** Of the Fetch standard's "request-body-header names", with the framing undici adds by itself. */
const bodyHeaders = new Set([
  'content-encoding',
  'content-language',
  'content-location',
  'content-type',
  'content-length',
]);

/** The Location of a response that asks to go elsewhere; null when it does not. */
export function redirectLocation(status: number, headers: HeaderList): string | null {
  if (!redirectStatuses.has(status)) return null;
  const location = headers.find(([name]) => name === 'location')?.[1];
  // Headers are kept as Latin-1; servers that put more into a Location send UTF-8.
  return location === undefined ? null : Buffer.from(location, 'latin1').toString('utf8');
}

/**
 * The request that follows a redirect by the method rules of the Fetch standard (HTTP-redirect fetch): 303 turns
 * everything but HEAD into a GET, 301 and 302 only a POST, 307 and 308 nothing. What is secret stays with the origin
 * it was meant for, and does not come back when a later hop returns there. Null when the location is no http(s) URL.
 */
export function redirected(hop: Hop, status: number, location: string, sensitive: readonly string[]): Hop | null {
  const url = URL.parse(location, hop.url.href);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) return null;
  url.hash = '';
  const toGet =
    (status === 303 && hop.method !== 'GET' && hop.method !== 'HEAD') ||
    ((status === 301 || status === 302) && hop.method === 'POST');
  const elsewhere = url.origin !== hop.url.origin;
  const kept = hop.headers.filter(([name]) => {
    const lower = name.toLowerCase();
    if (toGet && bodyHeaders.has(lower)) return false;
    return !(elsewhere && (isSecretHeader(lower) || sensitive.includes(lower)));
  });
  return { url, method: toGet ? 'GET' : hop.method, headers: kept, body: toGet ? null : hop.body };
}
