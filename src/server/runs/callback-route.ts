import { runLimits } from '#src/domain/limits.ts';
import { callbacksPath } from '#src/engine/run/callback-link.ts';
import { takeCallback } from '#src/engine/run/take-callback.ts';
import type { HttpRequest, HttpResponse } from '#src/server/http/http.ts';
import { MethodNotAllowed } from '#src/server/http/method-not-allowed.ts';
import { json } from '#src/server/http/wire.ts';
import type { ServerDeps } from '#src/server/server-deps.ts';

/**
 * Answers a callback URL of a run. Whoever has the URL may call it, without a key: it cannot be guessed, and only the
 * first call counts. A GET does nothing, since programs open links by themselves.
 */
export async function handleCallback(deps: ServerDeps, request: HttpRequest): Promise<HttpResponse> {
  if (request.method !== 'POST') throw new MethodNotAllowed(request, ['POST']);
  const body = await request.body(runLimits.callbackBytes);
  const taken = await takeCallback(deps, request.path.slice(callbacksPath.length), body);
  return json(200, { received: true, repeated: taken === 'repeated' });
}
