import { Refusal } from '#src/contract/shape/error-code.ts';
import { authenticate } from '#src/server/call/authenticate.ts';
import { makeContext } from '#src/server/call/context.ts';
import { runProcedure } from '#src/server/call/run-procedure.ts';
import type { HttpRequest, HttpResponse } from '#src/server/http/http.ts';
import { MethodNotAllowed } from '#src/server/http/method-not-allowed.ts';
import { json } from '#src/server/http/wire.ts';
import type { ServerDeps } from '#src/server/server-deps.ts';
import { gather } from './gather.ts';
import { findPath, type RunnableRoute } from './rest-table.ts';
import type { OutputOf, ProcedurePath, RestCall, RestRoute } from './route.ts';

/** Answers all routes below `/v1` except those of listeners. Refuses unknown paths and methods. */
export async function handleRest(deps: ServerDeps, request: HttpRequest): Promise<HttpResponse> {
  const found = findPath(request.path);
  if (!found) throw new Refusal('no_route', `there is no route ${request.path}`);
  const { id, methods } = found;
  const runnable = methods.get(request.method);
  if (!runnable) throw new MethodNotAllowed(request, [...methods.keys()]);
  // A key that is sent along counts instead of the link's signature.
  const { answerLink } = runnable.route;
  const linked = request.headers.authorization === undefined ? answerLink?.({ deps, request, id }) : null;
  return linked ?? answerCall(runnable, deps, request, id);
}

async function answerCall(
  { route, procedure }: RunnableRoute,
  deps: ServerDeps,
  request: HttpRequest,
  id: string,
): Promise<HttpResponse> {
  const ctx = makeContext(deps, request, {
    actorNow: () => authenticate(deps, request),
    idempotencyKey: route.idempotencyKey ? (request.headers['idempotency-key'] ?? null) : null,
  });
  const call: RestCall = { deps, request, id, waitSeconds: null, actor: ctx.actor };
  let input: Promise<unknown> | undefined;
  // The input is read once, after the caller's scope was checked. The audit log asks for it a second time.
  const getRawInput = () => (input ??= gather(route, call));
  const output = await runProcedure(route.procedure, procedure, { ctx, getRawInput, signal: request.signal });
  return dressed(route, output as OutputOf<ProcedurePath>, call);
}

function dressed(
  route: RestRoute,
  output: OutputOf<ProcedurePath>,
  call: RestCall,
): HttpResponse | Promise<HttpResponse> {
  if (route.answer) return route.answer(output, call);
  const headers = route.leadsTo ? { location: `${call.deps.publicUrl}${route.leadsTo(output)}` } : {};
  return json(route.gives[0].status, output, headers);
}
