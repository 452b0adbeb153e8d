import { Refusal } from '#src/contract/shape/error-code.ts';
import { readLimits } from '#src/domain/limits.ts';
import type { Clock, Reads, Seals } from '#src/engine/deps.ts';
import { publicKeys } from '#src/engine/endpoint/signing-keys.ts';
import { makeLiveCache } from '#src/engine/live-cache.ts';
import type { HttpResponse } from './http.ts';

const path = /^\/\.well-known\/ringback\/([^/]+)\/jwks\.json$/;
const liveMs = 2_000;
const browserSeconds = 300;

/** Returns true for the path of a page of public keys. */
export function isPublicKeysPath(asked: string): boolean {
  return path.test(asked);
}

/**
 * Makes the pages of public keys. They need no API key, so what was read is kept for two seconds: many readers of a page
 * cost the database one look.
 */
export function makePublicKeyPages(deps: Reads & Seals & Clock): (asked: string) => Promise<HttpResponse> {
  const cache = makeLiveCache<string | null>(liveMs, deps.now);
  return async (asked) => {
    const id = path.exec(asked)?.[1] ?? '';
    const read = async () => {
      const page = await publicKeys(deps, id);
      return page && JSON.stringify(page);
    };
    // A text too long for an id is not kept.
    const body = id.length > readLimits.idLength ? null : await cache.of(id, read);
    if (body === null) throw new Refusal('no_route', `there is no route ${asked}`);
    const headers = {
      'content-type': 'application/jwk-set+json',
      'cache-control': `public, max-age=${browserSeconds}`,
      'access-control-allow-origin': '*',
    };
    return { status: 200, headers, body };
  };
}
