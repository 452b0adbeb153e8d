import type { TestDelivery } from '#src/contract/endpoint/endpoint.ts';
import { type EventBody, endpointTestMessage } from '#src/contract/event/events.ts';
import { formatId } from '#src/domain/text/id.ts';
import type { EngineDeps } from '#src/engine/deps.ts';
import { directDelivery, storeDirect } from '#src/engine/event/direct-delivery.ts';
import { newId } from '#src/engine/new-id.ts';
import type { NewDelivery } from '#src/store/delivery/delivery-rows.ts';
import { type EndpointRow, lockEndpoint } from '#src/store/endpoint/endpoint-rows.ts';
import { endpointUuid, noEndpoint } from './endpoint-view.ts';

/** Sends an endpoint an event of its own, as any other delivery: signed, tried again, listed. */
export async function sendTestEvent(deps: EngineDeps, projectId: string, id: string): Promise<TestDelivery> {
  const uuid = endpointUuid(id);
  const delivery = await deps.db.transaction(async (tx) => {
    const endpoint = await lockEndpoint(tx, projectId, uuid);
    if (!endpoint) throw noEndpoint(id);
    const made = testDelivery(endpoint, deps.now());
    await storeDirect(tx, [made], deps);
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
