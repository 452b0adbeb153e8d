import { setTimeout as pause } from 'node:timers/promises';
import { RingbackError } from '#src/client/index.ts';
import type { LoadScene } from './submitting.ts';

type Sent = { method?: string; headers?: Record<string, string>; json?: unknown };

/** Calls a route that the client has no method for. A failure that may pass is a RingbackError, as those of the client are. */
export async function restCall(
  { url, apiKey }: Pick<LoadScene, 'url' | 'apiKey'>,
  path: string,
  { method = 'GET', headers = {}, json }: Sent = {},
): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url + path, {
      method,
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json', ...headers },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      signal: AbortSignal.timeout(30_000),
    });
  } catch (cause) {
    throw new RingbackError('network_error', `${method} ${path} got no answer`, { cause });
  }
  if (response.ok) return response;
  const { status } = response;
  const text = await response.text().catch(() => '');
  throw new RingbackError('internal', `${method} ${path} was answered ${status}: ${text}`, { status });
}

/** Makes a call that may be repeated, until it is answered. */
export async function untilAnswered<T>(call: () => Promise<T>, times = 100): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await call();
    } catch (error) {
      const passing =
        error instanceof RingbackError &&
        (error.code === 'network_error' || error.status === 429 || (error.status ?? 0) >= 500);
      // An answer that was cut while it was read.
      if (tries === times || !(passing || error instanceof TypeError)) throw error;
      await pause(200);
    }
  }
}
