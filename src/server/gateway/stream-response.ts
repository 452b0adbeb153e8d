import { Refusal } from '#src/contract/shape/error-code.ts';
import type { Actor } from '#src/server/call/actor.ts';
import type { HttpRequest, HttpResponse } from '#src/server/http/http.ts';
import type { ServerDeps } from '#src/server/server-deps.ts';
import type { ModelCallRow } from '#src/store/job/model-calls.ts';

export async function streamResponse(
  _deps: ServerDeps,
  _actor: Actor,
  _request: HttpRequest,
  _row: ModelCallRow,
): Promise<HttpResponse> {
  throw new Refusal('not_supported_yet', 'streams', 'stream');
}
