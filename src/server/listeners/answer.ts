import { listenerAnswer } from '#src/contract/endpoint/listener.ts';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { endpointUuid } from '#src/engine/show/known-id.ts';
import { requireScope } from '#src/server/call/actor.ts';
import { authenticate } from '#src/server/call/authenticate.ts';
import type { HttpRequest, HttpResponse } from '#src/server/http/http.ts';
import { readJson } from '#src/server/http/wire.ts';
import type { ServerDeps } from '#src/server/server-deps.ts';
import { answerMessage } from '#src/store/listener/listeners.ts';
import { sealCarried } from './sealed-message.ts';

const maxBytes = 512 * 1024;

/** Takes what a listener's handler said and passes it on to where the worker waits. */
export async function takeAnswer(deps: ServerDeps, request: HttpRequest, endpointId: string): Promise<HttpResponse> {
  const actor = requireScope(await authenticate(deps, request), 'callbacks:admin');
  const answer = listenerAnswer.parse(await readJson(request, maxBytes));
  const { messageId: id, status, headers = {}, body = '' } = answer;
  const sealed = sealCarried(deps.cipher, 'answer', id, { headers, body: Buffer.from(body, 'base64') });
  const taken = await answerMessage(deps.db, {
    id,
    endpointId: endpointUuid(endpointId),
    projectId: actor.projectId,
    status,
    sealed,
  });
  if (!taken) throw new Refusal('not_found', 'nobody waits for this answer any more: the event is tried again');
  deps.notify('listener', id);
  return { status: 204 };
}
