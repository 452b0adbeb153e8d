import type { DeliveryError } from '#src/domain/decide/decision.ts';
import { makeColumns } from '#src/store/db/columns.ts';
import type { Tx } from '#src/store/db/database.ts';

/** New values of a delivery's row after one of its attempts has ended. */
export type DeliveryUpdate = {
  id: string;
  state: 'delivered' | 'failed' | 'retrying' | 'cancelled';
  interruptionCount: number;
  status: number | null;
  error: DeliveryError | null;
  /** What a failed delivery has in common with others of its kind. */
  failure: string | null;
  delayMs: number | null;
  admitted: boolean;
};

const updated = makeColumns<DeliveryUpdate>({
  id: ['uuid', (update) => update.id],
  state: ['text', (update) => update.state],
  interruption_count: ['int', (update) => update.interruptionCount],
  status: ['int', (update) => update.status],
  error: ['json', (update) => update.error],
  failure: ['text', (update) => update.failure],
  delay_ms: ['bigint', (update) => (update.delayMs === null ? null : Math.ceil(update.delayMs))],
  admitted: ['bool', (update) => update.admitted],
});

/** Locks the deliveries whose claims are still valid, in id order, and returns their ids. */
export async function lockClaimedDeliveries(tx: Tx, claims: { id: string; claimId: string }[]): Promise<Set<string>> {
  const rows = await tx.look<{ id: string }>(
    'lock_deliveries',
    `select id from delivery where (id, claim_id) in (select * from unnest($1::uuid[], $2::uuid[])) order by id for update`,
    [claims.map((claim) => claim.id), claims.map((claim) => claim.claimId)],
  );
  return new Set(rows.map((row) => row.id));
}

/** Writes the deliveries' new states and clears their claims. */
export async function updateDeliveries(tx: Tx, updates: DeliveryUpdate[]): Promise<void> {
  if (updates.length === 0) return;
  await tx.send(
    'update_deliveries',
    `update delivery set state = t.state, interruption_count = t.interruption_count, status = t.status, error = t.error::json, failure = t.failure,
       ended_at = case when t.delay_ms is null then now() end,
       next_attempt_at = now() + t.delay_ms * interval '1 ms', admitted_at = case when t.admitted then now() end,
       claim_id = null, claimed_by = null, claimed_at = null
     from ${updated.from} where delivery.id = t.id`,
    updated.values(updates),
  );
}

/**
 * Erases the secrets of ended deliveries, and their bytes unless they may be sent again. The caller passes only
 * deliveries that may have any.
 */
export async function eraseDeliveries(tx: Tx, ended: { id: string; keepBytes: boolean }[]): Promise<void> {
  if (ended.length === 0) return;
  const ids = ended.map(({ id }) => id);
  await tx.send('erase_delivery_secrets', 'delete from delivery_secret where delivery_id = any($1::uuid[])', [ids]);
  const bytes = ended.filter(({ keepBytes }) => !keepBytes).map(({ id }) => id);
  await tx.send('erase_payloads', 'delete from delivery_payload where delivery_id = any($1::uuid[])', [bytes]);
}
