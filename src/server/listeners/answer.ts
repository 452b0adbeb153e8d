import { Refusal } from '#src/contract/error-code.ts';
import { listenerAnswer } from '#src/contract/listener.ts';
import { endpointUuid } from '#src/engine/endpoint-view.ts';
import { requireScope } from '#src/server/actor.ts';
import { authenticate } from '#src/server/authenticate.ts';
import type { ServerDeps } from '#src/server/deps.ts';
import type { HttpRequest, HttpResponse } from '#src/server/http.ts';
import { readJson } from '#src/server/rest/wire.ts';
import { answerMessage } from '#src/store/listeners.ts';
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
