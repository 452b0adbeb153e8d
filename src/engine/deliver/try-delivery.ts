import type { DeliveryView } from '#src/contract/event/delivery.ts';
import { Refusal } from '#src/contract/shape/error-code.ts';
import type { Queues, Reads, Seals, Wakes } from '#src/engine/deps.ts';
import { getDelivery } from '#src/engine/read/read-deliveries.ts';
import { deliveryUuid, noSuch } from '#src/engine/show/known-id.ts';
import { hurryDelivery, lockToHurry } from '#src/store/delivery/hurry-delivery.ts';
import { endPause } from '#src/store/endpoint/endpoint-rows.ts';

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
    await hurryDelivery(tx, uuid);
    // The message has no receiver, so that the share of a receiver with many messages does not delay it.
    await deps.queue.insert(tx, 'deliver', [{ id: uuid, delayMs: 0 }]);
  });
  deps.notify('due');
  return getDelivery(deps, projectId, id);
}
