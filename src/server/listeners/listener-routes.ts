import { Refusal } from '#src/contract/shape/error-code.ts';
import type { HttpRequest, HttpResponse } from '#src/server/http/http.ts';
import type { ServerDeps } from '#src/server/server-deps.ts';
import { takeAnswer } from './answer.ts';
import { deliver } from './hand-to-listener.ts';
import { trigger } from './send-sample.ts';
import { leave } from './stop-listening.ts';
import { openStream } from './stream.ts';

export const listenersPath = '/v1/listeners/';

/** Paths are below `listenersPath`. */
export const listenerRoutes: readonly {
  method: string;
  path: RegExp;
  answer: (deps: ServerDeps, request: HttpRequest, id: string) => Promise<HttpResponse>;
}[] = [
  { method: 'GET', path: /^stream$/, answer: openStream },
  { method: 'POST', path: /^trigger$/, answer: trigger },
  { method: 'POST', path: /^([^/]+)\/deliver$/, answer: deliver },
  { method: 'POST', path: /^([^/]+)\/answers$/, answer: takeAnswer },
  { method: 'DELETE', path: /^([^/]+)$/, answer: leave },
];

/** Everything below `/v1/listeners`. Each route says by itself who may call it: a delivery shows a signature, not a key. */
export function handleListeners(deps: ServerDeps, request: HttpRequest): Promise<HttpResponse> {
  const rest = request.path.slice(listenersPath.length);
  const route = listenerRoutes.find(({ path }) => path.test(rest));
  if (!route) throw new Refusal('no_route', `there is no route ${request.path}`);
  if (route.method !== request.method) {
    throw new Refusal('method_not_allowed', `${request.path} takes ${route.method}, not ${request.method}`);
  }
  return route.answer(deps, request, route.path.exec(rest)?.[1] ?? '');
}
