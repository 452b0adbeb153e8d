import type { HeaderList } from '#src/domain/decide/outcome.ts';
import { isSecretHeader } from '#src/domain/redact/redact.ts';
import type { Hop } from './exchange.ts';

const redirectStatuses = new Set([301, 302, 303, 307, 308]);

/**
 * Headers that describe a body: the Fetch standard's "request-body-header names", and content-length, which undici sets
 * by itself.
 */
const bodyHeaders = new Set([
  'content-encoding',
  'content-language',
  'content-location',
  'content-type',
  'content-length',
]);

/** Returns the Location header of a redirect. Null when the status is no redirect or the header is missing. */
export function redirectLocation(status: number, headers: HeaderList): string | null {
  if (!redirectStatuses.has(status)) return null;
  const location = headers.find(([name]) => name === 'location')?.[1];
  return location === undefined ? null : readLocation(location);
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Header values are kept as Latin-1, but most servers send a non-ASCII Location as UTF-8. Bytes that are not UTF-8 are
 * percent-encoded as they are, as curl does.
 */
function readLocation(value: string): string {
  if (!/[\x80-\xff]/.test(value)) return value;
  try {
    return utf8.decode(Buffer.from(value, 'latin1'));
  } catch {
    return value.replace(/[\x80-\xff]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  }
}

/**
 * Returns the request that follows a redirect, by the method rules of the Fetch standard (HTTP-redirect fetch). 303
 * turns every method but GET and HEAD into GET. 301 and 302 turn only POST into GET. 307 and 308 change no method. A
 * redirect to another origin drops the secret headers and the identity in TLS. A later redirect back does not restore them. Returns null when
 * the location is no http(s) URL.
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
  const tls = elsewhere ? null : hop.tls;
  return { ...hop, url, method: toGet ? 'GET' : hop.method, headers: kept, body: toGet ? null : hop.body, tls };
}
