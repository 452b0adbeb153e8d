import { toNetworkError } from './answer-error.ts';
import { checkApiKey, missingApiKey } from './api-key.ts';
import { readEnvironment } from './environment.ts';
import { RingbackError } from './errors.ts';

/** The options for reaching Ringback. */
export type RingbackOptions = {
  /** Ringback's base URL, like `https://ringback.example.com`. Default: `RINGBACK_URL` of the environment. */
  url?: string | URL | undefined;
  /**
   * An API key, `rbk_…`. Default: `RINGBACK_API_KEY`. Without a key, calls carry the browser's session, or what your
   * own `fetch` adds. Elsewhere a call without a key throws `missing_setting`.
   */
  apiKey?: string | undefined;
  /** The function to use instead of the global `fetch` for the client's own calls. */
  fetch?: typeof globalThis.fetch | undefined;
};

/** Ringback's address and API key, read at each use. */
export type Connection = {
  /** Returns the base URL without a slash at its end. Throws `missing_setting`. */
  url(): string;
  /** Returns the authorization header. Throws `missing_setting` for a missing or malformed key. */
  headers(): Record<string, string>;
  /**
   * Calls `fetch` with the key. A failure below HTTP becomes a RingbackError `network_error`. An abort stays unchanged.
   */
  fetch(url: string, init?: RequestInit): Promise<Response>;
  /** Fetches a signed link. The key is not sent, since the link stands in an event and may lead anywhere. */
  fetchLink(url: string): Promise<Response>;
};

/**
 * Makes a connection. Settings are read late, because a module may create its client before using it, or without using
 * it, as in a build.
 */
export function connect(options: RingbackOptions): Connection {
  const url = () => readBaseUrl(options.url ?? readEnvironment().url);
  const headers = (): Record<string, string> => {
    const apiKey = options.apiKey ?? readEnvironment().apiKey;
    if (apiKey !== undefined) {
      const where = options.apiKey === undefined ? 'RINGBACK_API_KEY' : 'The `apiKey` given to createRingback';
      return { authorization: `Bearer ${checkApiKey(apiKey, where)}` };
    }
    // A page, or its worker, has a location and may have a session. Node and edge platforms have neither.
    if (options.fetch === undefined && globalThis.location === undefined) throw missingApiKey();
    return {};
  };
  const call = async (target: string, init: RequestInit) => {
    const send = options.fetch ?? globalThis.fetch;
    try {
      return await send(target, { ...uncached(), ...init });
    } catch (cause) {
      if (init.signal?.aborted) throw cause;
      throw toNetworkError(cause, new URL(target).origin);
    }
  };
  return {
    url,
    headers,
    fetch: async (target, init = {}) =>
      call(target, { ...init, headers: { ...(init.headers as Record<string, string>), ...headers() } }),
    fetchLink: (target) => call(target, {}),
  };
}

/**
 * Turns caching off, because some frameworks cache the responses of GET requests by default. Some edge platforms do not
 * know the option, so it is set only where it exists.
 */
function uncached(): RequestInit {
  return typeof Request === 'function' && 'cache' in Request.prototype ? { cache: 'no-store' } : {};
}

function readBaseUrl(given: string | URL | undefined): string {
  if (given === undefined) {
    throw new RingbackError('missing_setting', 'Where is Ringback? Pass `url` to createRingback, or set RINGBACK_URL.');
  }
  const url = URL.canParse(given) ? new URL(given) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.search || url.hash || url.username || url.password) {
    const message = 'The URL of Ringback must be a plain http or https URL.';
    throw new RingbackError('missing_setting', message);
  }
  return url.href.replace(/\/+$/, '');
}
