import { type Triggered, type TriggerInput, triggerInput } from '#src/contract/endpoint/listener.ts';
import { sampleEvent } from '#src/contract/event/event-samples.ts';
import { eventTypes } from '#src/contract/event/event-schemas.ts';
import type { EventBody, EventType } from '#src/contract/event/events.ts';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { formatId } from '#src/domain/text/id.ts';
import { messagesOf } from '#src/engine/event/delivery-message.ts';
import { newId } from '#src/engine/new-id.ts';
import { requireScope } from '#src/server/call/actor.ts';
import { auditDetail } from '#src/server/call/audit-detail.ts';
import { authenticate } from '#src/server/call/authenticate.ts';
import { actorOf, noteDeed } from '#src/server/call/record-deed.ts';
import type { HttpRequest, HttpResponse } from '#src/server/http/http.ts';
import { json, readJson } from '#src/server/http/wire.ts';
import type { ServerDeps } from '#src/server/server-deps.ts';
import type { Tx } from '#src/store/db/database.ts';
import { insertDeliveries, type NewDelivery } from '#src/store/delivery/insert-deliveries.ts';
import { findReceivers, type ReceiverRow } from '#src/store/delivery/receiver-rows.ts';
import { findListenerIds } from '#src/store/listener/listeners.ts';

const maxBytes = 4_096;

/**
 * Sends a sample event. It looks like a real one to whoever gets it, so that it goes to those who listen for the sake of
 * trying, and to a registered endpoint only when that is named.
 */
export async function trigger(deps: ServerDeps, request: HttpRequest): Promise<HttpResponse> {
  const actor = requireScope(await authenticate(deps, request), 'callbacks:admin');
  const { projectId } = actor;
  const input = triggerInput.parse(await readJson(request, maxBytes));
  const type = eventType(input.type);
  const now = new Date(deps.now());
  const eventId = newId(deps.now());
  const event = sampleEvent(type, now.toISOString());
  const sent = await deps.db.transaction(async (tx) => {
    const receivers = await receiversOf(tx, projectId, type, input);
    const deliveries = receivers.map((receiver) => ({ receiver, delivery: sample(receiver, event, eventId, now) }));
    await insertDeliveries(
      tx,
      deliveries.map(({ delivery }) => delivery),
    );
    const going = deliveries.flatMap(({ delivery }) => (delivery.skipped ? [] : [delivery]));
    await deps.queue.insert(tx, 'deliver', messagesOf(going));
    return deliveries;
  });
  deps.notify('due');
  await noteDeed(deps, {
    projectId,
    actor: actorOf(actor),
    action: 'listeners.trigger',
    target: formatId('evt', eventId),
    detail: auditDetail(input),
    peer: request.peer,
    requestId: request.requestId,
  });
  const answer: Triggered = {
    eventId: formatId('evt', eventId),
    deliveries: sent.map(({ receiver, delivery }) => ({
      id: formatId('dlv', delivery.id),
      endpoint: receiver.name,
      state: delivery.skipped ? 'skipped' : 'pending',
    })),
  };
  return json(202, answer);
}

function eventType(name: string): EventType {
  const type = eventTypes.find((one) => one === name);
  if (type) return type;
  throw new Refusal('invalid_input', `there is no event "${name}"; there are ${eventTypes.join(', ')}`, 'type');
}

async function receiversOf(
  tx: Tx,
  projectId: string,
  type: EventType,
  { endpoint }: TriggerInput,
): Promise<ReceiverRow[]> {
  const all = await findReceivers(tx, projectId);
  if (endpoint !== undefined) {
    const named = all.filter(({ name }) => name === endpoint);
    if (named.length > 0) return named;
    throw new Refusal('not_found', `there is no endpoint "${endpoint}"`, 'endpoint');
  }
  const listeners = new Set((await findListenerIds(tx, projectId)).map(({ id }) => id));
  // One whose endpoint was deleted may still be there for a moment, but hears nothing any more.
  const listening = all.filter(({ id }) => listeners.has(id));
  const hearing = listening.filter(({ events }) => type === 'endpoint.test' || events.includes(type));
  if (hearing.length > 0) return hearing;
  const why = listening.length > 0 ? `nobody who listens asked for ${type}` : 'nobody listens';
  throw new Refusal('not_found', `${why}: start \`ringback listen\`, or say which endpoint or URL is to get it`);
}

function sample(receiver: ReceiverRow, event: EventBody, eventId: string, createdAt: Date): NewDelivery {
  return {
    id: newId(createdAt.getTime()),
    projectId: receiver.project_id,
    jobId: null,
    endpointId: receiver.id,
    eventId,
    type: event.type,
    url: receiver.url,
    headers: {},
    sealed: null,
    payload: receiver.payload,
    scheduleSeconds: receiver.schedule,
    giveUpOn: receiver.give_up_on,
    createdAt,
    terminal: false,
    skipped: receiver.state === 'disabled',
    claim: null,
    body: Buffer.from(JSON.stringify(event)),
  };
}
