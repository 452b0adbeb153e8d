import { toNetworkError } from './answer-error.ts';
import { checkApiKey, missingApiKey } from './api-key.ts';
import { readEnvironment } from './environment.ts';
import { RingbackError } from './errors.ts';

/** How to reach Ringback. */
export type RingbackOptions = {
  /** Ringback's base URL, like `https://ringback.example.com`. Default: `RINGBACK_URL` of the environment. */
  url?: string | URL | undefined;
  /**
   * An API key, `rbk_…`. Default: `RINGBACK_API_KEY`. Without one, calls carry the browser's session, or whatever your own
   * `fetch` adds; elsewhere they are refused.
   */
  apiKey?: string | undefined;
  /** Used instead of the global `fetch` for the client's own calls. */
  fetch?: typeof globalThis.fetch | undefined;
};

/** Ringback's address and the right to talk to it, read when it is first needed. */
export type Connection = {
  /** Base URL without a slash at its end. Throws `missing_setting`. */
  url(): string;
  /** Throws `missing_setting` for a key that is missing or none. */
  headers(): Record<string, string>;
  /** `fetch` with the key; a failure below HTTP is a RingbackError `network_error`, an abort stays what it is. */
  fetch(url: string, init?: RequestInit): Promise<Response>;
};

/** Settings are read late: a module may create its client before, or without, ever using it, as a build does. */
export function connect(options: RingbackOptions): Connection {
  const url = () => readBaseUrl(options.url ?? readEnvironment().url);
  const headers = (): Record<string, string> => {
    const apiKey = options.apiKey ?? readEnvironment().apiKey;
    if (apiKey !== undefined) {
      const where = options.apiKey === undefined ? 'RINGBACK_API_KEY' : 'The `apiKey` given to createRingback';
      return { authorization: `Bearer ${checkApiKey(apiKey, where)}` };
    }
    // A page, or a worker of one, has a location and may have a session. Node and edge platforms have neither.
    if (options.fetch === undefined && globalThis.location === undefined) throw missingApiKey();
    return {};
  };
  const call = async (target: string, init: RequestInit = {}) => {
    const send = options.fetch ?? globalThis.fetch;
    const all = { ...uncached(), ...init, headers: { ...(init.headers as Record<string, string>), ...headers() } };
    try {
      return await send(target, all);
    } catch (cause) {
      if (init.signal?.aborted) throw cause;
      throw toNetworkError(cause, new URL(target).origin);
    }
  };
  return { url, headers, fetch: call };
}

/** Some frameworks keep the answers of GET requests unless told not to; some edge platforms do not know the option. */
function uncached(): RequestInit {
  return typeof Request === 'function' && 'cache' in Request.prototype ? { cache: 'no-store' } : {};
}

function readBaseUrl(given: string | URL | undefined): string {
  if (given === undefined) {
    throw new RingbackError('missing_setting', 'Where is Ringback? Pass `url` to createRingback, or set RINGBACK_URL.');
  }
  const url = URL.canParse(given) ? new URL(given) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.search || url.hash || url.username || url.password) {
    const message = 'The URL of Ringback must be a plain http or https URL, like "https://ringback.example.com".';
    throw new RingbackError('missing_setting', message);
  }
  return url.href.replace(/\/+$/, '');
}
