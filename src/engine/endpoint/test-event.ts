import type { TestDelivery } from '#src/contract/endpoint/endpoint.ts';
import { type EventBody, endpointTestMessage } from '#src/contract/event/events.ts';
import { formatId } from '#src/domain/text/id.ts';
import type { Clock, Queues, Reads, Wakes } from '#src/engine/deps.ts';
import { directDelivery } from '#src/engine/event/direct-delivery.ts';
import { tellDeliveries } from '#src/engine/event/tell-deliveries.ts';
import { newId } from '#src/engine/new-id.ts';
import { endpointUuid, noSuch } from '#src/engine/show/known-id.ts';
import type { NewDelivery } from '#src/store/delivery/insert-deliveries.ts';
import { type EndpointRow, lockEndpoint } from '#src/store/endpoint/endpoint-rows.ts';

/**
 * Sends a test event to an endpoint. It is a delivery like any other: it is signed, retried and listed. Throws
 * `not_found`.
 */
export async function sendTestEvent(
  deps: Reads & Queues & Wakes & Clock,
  projectId: string,
  id: string,
): Promise<TestDelivery> {
  const uuid = endpointUuid(id);
  const delivery = await deps.db.transaction(async (tx) => {
    const endpoint = await lockEndpoint(tx, projectId, uuid);
    if (!endpoint) throw noSuch('end', id);
    const made = testDelivery(endpoint, deps.now());
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

function testDelivery(endpoint: EndpointRow, nowMs: number): NewDelivery {
  const createdAt = new Date(nowMs);
  const event: EventBody<'endpoint.test'> = {
    type: 'endpoint.test',
    timestamp: createdAt.toISOString(),
    data: {
      endpoint: { id: formatId('end', endpoint.id), name: endpoint.name },
      message: endpointTestMessage,
    },
  };
  return directDelivery(endpoint, event, { eventId: newId(nowMs), createdAt });
}
