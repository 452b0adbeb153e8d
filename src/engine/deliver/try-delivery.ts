import type { Endpoint } from '#src/contract/endpoint/endpoint.ts';
import type { DeliveryView } from '#src/contract/event/delivery.ts';
import { Refusal } from '#src/contract/shape/error-code.ts';
import type { Queues, Reads, Routes, Seals, Wakes } from '#src/engine/deps.ts';
import { loadEndpoint, toEndpoint } from '#src/engine/endpoint/to-endpoint.ts';
import { getDelivery } from '#src/engine/read/read-deliveries.ts';
import { deliveryUuid, endpointUuid, noSuch } from '#src/engine/show/known-id.ts';
import type { Tx } from '#src/store/db/database.ts';
import { hurryDelivery, lockOldestWaiting, lockToHurry } from '#src/store/delivery/hurry-delivery.ts';
import { endPause, lockEndpoint } from '#src/store/endpoint/endpoint-rows.ts';

/**
 * Makes the next attempt of a waiting delivery due now. If its endpoint is paused, the pause ends and the delivery is
 * its probe. A delivery that is being sent is returned as it is. Throws `not_found`, `already_ended` or
 * `endpoint_disabled`.
 */
export async function tryDeliveryNow(
  deps: Reads & Seals & Queues & Wakes,
  projectId: string,
  id: string,
): Promise<DeliveryView> {
  const uuid = deliveryUuid(id);
  await deps.db.transaction(async (tx) => {
    const row = await lockToHurry(tx, projectId, uuid);
    if (!row) throw noSuch('dlv', id);
    if (row.state === 'in_progress') return;
    if (row.state !== 'pending' && row.state !== 'retrying')
      throw new Refusal('already_ended', `${id} has ended (${row.state}); it can only be sent again`, 'id');
    if (row.endpoint_state === 'disabled')
      throw new Refusal('endpoint_disabled', `the endpoint of ${id} is disabled; enable it first`, 'id');
    if (row.endpoint_id !== null) await endPause(tx, row.endpoint_id);
    await sendNow(tx, uuid, deps);
  });
  deps.notify('due');
  return getDelivery(deps, projectId, id);
}

/**
 * Sends the oldest delivery that waits for an endpoint now, to find out whether it is back, and ends its pause. Without
 * a delivery that waits, only the pause ends. Throws `not_found` or `endpoint_disabled`.
 */
export async function probeEndpoint(
  deps: Reads & Seals & Queues & Wakes & Routes,
  projectId: string,
  id: string,
): Promise<Endpoint> {
  const uuid = endpointUuid(id);
  await deps.db.transaction(async (tx) => {
    const found = await lockEndpoint(tx, projectId, uuid);
    if (!found) throw noSuch('end', id);
    if (found.state === 'disabled')
      throw new Refusal('endpoint_disabled', `${found.name} is disabled; enable it first`, 'id');
    await endPause(tx, uuid);
    const oldest = await lockOldestWaiting(tx, projectId, uuid);
    if (oldest !== undefined) await sendNow(tx, oldest, deps);
  });
  deps.receivers.forget();
  deps.notify('due');
  return toEndpoint(await loadEndpoint(deps, projectId, id), deps.cipher);
}

async function sendNow(tx: Tx, id: string, deps: Queues): Promise<void> {
  await hurryDelivery(tx, id);
  // The message has no receiver, so that the share of a receiver with many messages does not delay it.
  await deps.queue.insert(tx, 'deliver', [{ id, delayMs: 0 }]);
}
