import type { Queues } from '#src/engine/deps.ts';
import type { Tx } from '#src/store/db/database.ts';
import { insertDeliveries, type NewDelivery } from '#src/store/delivery/insert-deliveries.ts';
import { messagesOf } from './delivery-message.ts';

/**
 * Writes deliveries, and messages for those that are not claimed, in the caller's transaction. Returns true if there
 * are messages. Then the caller must notify `due` after its commit.
 */
export async function tellDeliveries(tx: Tx, { queue }: Queues, deliveries: NewDelivery[]): Promise<boolean> {
  await insertDeliveries(tx, deliveries);
  const messages = messagesOf(deliveries);
  await queue.insert(tx, 'deliver', messages);
  return messages.length > 0;
}
