import type { ListenerAnswer } from '#src/contract/endpoint/listener.ts';
import { Refusal } from '#src/contract/shape/error-code.ts';
import type { Reads, Seals, Wakes } from '#src/engine/deps.ts';
import { endpointUuid } from '#src/engine/show/known-id.ts';
import { answerMessage } from '#src/store/listener/listeners.ts';
import { sealCarried } from './sealed-message.ts';

/**
 * Stores the answer of a listener's handler and wakes the request that waits for it. Refuses with `not_found` when no
 * request waits.
 */
export async function takeAnswer(
  deps: Reads & Seals & Wakes,
  projectId: string,
  endpointId: string,
  { messageId: id, status, headers = {}, body = '' }: ListenerAnswer,
): Promise<void> {
  const sealed = sealCarried(deps.cipher, 'answer', id, { headers, body: Buffer.from(body, 'base64') });
  const taken = await answerMessage(deps.db, { id, endpointId: endpointUuid(endpointId), projectId, status, sealed });
  if (!taken) throw new Refusal('not_found', 'this answer came too late: the event is sent again');
  deps.notify('listener', id);
}
