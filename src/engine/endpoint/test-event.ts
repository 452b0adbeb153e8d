import type { TestDelivery } from '#src/contract/endpoint/endpoint.ts';
import { isResponseEvent, type ResponseEvent } from '#src/contract/event/event-names.ts';
import { type EventBody, endpointTestMessage } from '#src/contract/event/events.ts';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { formatId } from '#src/domain/text/id.ts';
import type { Clock, Queues, Reads, Wakes } from '#src/engine/deps.ts';
import { directDelivery } from '#src/engine/event/direct-delivery.ts';
import { responseBytes } from '#src/engine/event/response-event.ts';
import { tellDeliveries } from '#src/engine/event/tell-deliveries.ts';
import { newId } from '#src/engine/new-id.ts';
import { endpointUuid, noSuch } from '#src/engine/show/known-id.ts';
import type { NewDelivery } from '#src/store/delivery/insert-deliveries.ts';
import { type EndpointRow, lockEndpoint } from '#src/store/endpoint/endpoint-rows.ts';

/**
 * Sends a test event to an endpoint: `endpoint.test`, or an event of the given type to an endpoint of the format
 * `openai`. It is a delivery like any other: it is signed, retried and listed. Throws `not_found` or `invalid_input`.
 */
export async function sendTestEvent(
  deps: Reads & Queues & Wakes & Clock,
  projectId: string,
  { id, type = null }: { id: string; type?: ResponseEvent | null | undefined },
): Promise<TestDelivery> {
  const uuid = endpointUuid(id);
  const delivery = await deps.db.transaction(async (tx) => {
    const endpoint = await lockEndpoint(tx, projectId, uuid);
    if (!endpoint) throw noSuch('end', id);
    const made = testDelivery(endpoint, type, deps.now());
    await tellDeliveries(tx, deps, [made]);
    return made;
  });
  deps.notify('due');
  return {
    id: formatId('dlv', delivery.id),
    eventId: formatId('evt', delivery.eventId),
    state: delivery.skipped ? 'skipped' : 'pending',
  };
}

type Made = { eventId: string; createdAt: Date };

function testDelivery(endpoint: EndpointRow, type: ResponseEvent | null, nowMs: number): NewDelivery {
  const made = { eventId: newId(nowMs), createdAt: new Date(nowMs) };
  if (endpoint.format === 'ringback' && type !== null) {
    const message = `\`type\` is for endpoints of the format openai; ${endpoint.name} gets an endpoint.test`;
    throw new Refusal('invalid_input', message, 'type');
  }
  const event = endpoint.format === 'openai' ? responseTest(endpoint, type, made) : ownTest(endpoint, made);
  return directDelivery(endpoint, event, made);
}

function ownTest(endpoint: EndpointRow, { createdAt }: Made) {
  const event: EventBody<'endpoint.test'> = {
    type: 'endpoint.test',
    timestamp: createdAt.toISOString(),
    data: {
      endpoint: { id: formatId('end', endpoint.id), name: endpoint.name },
      message: endpointTestMessage,
    },
  };
  return { type: event.type, body: Buffer.from(JSON.stringify(event)) };
}

/** Returns an event about a response that does not exist, in the shape that the endpoint's receiver reads. */
function responseTest(endpoint: EndpointRow, asked: ResponseEvent | null, { eventId, createdAt }: Made) {
  const type = asked ?? endpoint.events.find(isResponseEvent) ?? 'response.completed';
  return { type, body: responseBytes(type, { eventId, responseId: newId(createdAt.getTime()), createdAt }) };
}
