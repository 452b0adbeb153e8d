import { asRefusal } from '#src/server/call/refusals.ts';
import type { HttpRequest, HttpResponse } from '#src/server/http/http.ts';
import type { ServerDeps } from '#src/server/server-deps.ts';
import { bifrostPath, bifrostRefusal, handleBifrost } from './bifrost-routes.ts';
import { handleDropIn, isDropIn } from './drop-in-routes.ts';
import { openAiError } from './openai-error.ts';
import { handleProxy, proxyPath } from './proxy-route.ts';
import { handleResponses, responsePaths } from './response-routes.ts';

type Gateway = {
  /** Answers the request, or rejects with a refusal. */
  answer: (deps: ServerDeps, request: HttpRequest) => Promise<HttpResponse>;
  /** Returns an error in the shape that the gateway's clients read. */
  refuse: (error: unknown) => HttpResponse;
};

/** Returns the gateway whose API a path belongs to, or null if it is none of theirs. */
export function gatewayOf(request: Pick<HttpRequest, 'path' | 'headers'>): Gateway | null {
  const { path } = request;
  const refuse = (error: unknown) => openAiError(asRefusal(error), { repeatable: true });
  if (path.startsWith(bifrostPath)) return { answer: handleBifrost, refuse: bifrostRefusal };
  if (path.startsWith(proxyPath)) return { answer: handleProxy, refuse };
  if (isDropIn(request)) return { answer: handleDropIn, refuse };
  const base = responsePaths.find((one) => path === one || path.startsWith(`${one}/`));
  if (base === undefined) return null;
  return { answer: (deps, asked) => handleResponses(deps, asked, path.slice(base.length)), refuse };
}

/** Answers a request of a gateway. Errors have the shape that its clients read. */
export async function handleGateway(
  { answer, refuse }: Gateway,
  deps: ServerDeps,
  request: HttpRequest,
): Promise<HttpResponse> {
  try {
    return await answer(deps, request);
  } catch (error) {
    const { requestId, path } = request;
    if (asRefusal(error).code === 'internal') deps.log.error({ err: error, requestId, path }, 'a request failed');
    return refuse(error);
  }
}
