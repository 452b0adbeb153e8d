import type { Scope } from '#src/contract/project/scope.ts';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { type Actor, requireScope } from '#src/server/call/actor.ts';
import type { HttpRequest } from '#src/server/http/http.ts';
import type { ServerDeps } from '#src/server/server-deps.ts';

/** Headers in which the clients of model APIs send their key, besides `authorization`. */
const keyHeaders = ['x-bf-vk', 'x-api-key', 'api-key', 'x-goog-api-key'] as const;

/** Returns the API key of a request as an `authorization` header, or null if it has none. */
export function keyOf({ headers }: Pick<HttpRequest, 'headers'>): string | null {
  for (const name of keyHeaders) {
    const value = headers[name];
    if (value?.startsWith('rbk_')) return `Bearer ${value}`;
  }
  return headers.authorization ?? null;
}

/** What virtual keys of Bifrost begin with. */
const virtualKey = 'sk-bf-';

/**
 * Returns the virtual key of a request, by Bifrost's rules: `x-bf-vk`, or a key of its form in one of the other headers.
 * A key of Ringback is none: it already decides which project is read.
 */
export function virtualKeyOf({ headers }: Pick<HttpRequest, 'headers'>): string | null {
  const named = headers['x-bf-vk'];
  if (named !== undefined) return named.startsWith('rbk_') ? null : named;
  const bearer = headers.authorization?.replace(/^bearer\s+/i, '');
  const others = keyHeaders.map((name) => headers[name]);
  return [bearer, ...others].find((value) => value?.startsWith(virtualKey)) ?? null;
}

/** Returns the caller of a gateway. A session of the dashboard is no caller, because other sites can send its cookie. */
export async function gatewayCaller(deps: ServerDeps, request: HttpRequest, scope: Scope): Promise<Actor> {
  const authorization = keyOf(request);
  if (authorization === null) {
    throw new Refusal('unauthorized', 'send an API key of Ringback as `Authorization: Bearer rbk_…`');
  }
  return requireScope(await deps.keys.authenticate(authorization), scope);
}
