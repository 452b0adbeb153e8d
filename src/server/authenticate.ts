import type { Actor } from './actor.ts';
import type { ServerDeps } from './deps.ts';

/** The caller behind a request: a key when one was sent, else the session. */
export function authenticate(
  deps: ServerDeps,
  headers: Record<string, string | undefined>,
  method: string,
): Promise<Actor> {
  const { authorization } = headers;
  return authorization === undefined
    ? deps.sessions.authenticate(headers, method)
    : deps.keys.authenticate(authorization);
}
