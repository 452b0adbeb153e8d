import type { DeliveryView } from '#src/contract/event/delivery.ts';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { mask } from '#src/domain/redact/redact.ts';
import { formatId } from '#src/domain/text/id.ts';
import type { Queues, Reads, Seals, Wakes } from '#src/engine/deps.ts';
import { messageOfResent } from '#src/engine/event/delivery-message.ts';
import { isProgress } from '#src/engine/event/job-event.ts';
import { getDelivery } from '#src/engine/read/read-deliveries.ts';
import { deliveryUuid } from '#src/engine/show/known-id.ts';
import type { Tx } from '#src/store/db/database.ts';
import {
  findDeliveryJobs,
  holdEndpointsOf,
  holdJobs,
  lockForResend,
  type ResendRow,
  reopenDeliveries,
} from '#src/store/delivery/resendable.ts';

/**
 * Sends an ended delivery again: the same event under the same id, with a schedule that starts anew. A delivery that is
 * pending already is returned as it is. Throws `not_found`, `not_ended`, `endpoint_disabled`, `payload_expunged` or
 * `secrets_erased`.
 */
export async function resendDelivery(
  deps: Reads & Seals & Queues & Wakes,
  projectId: string,
  id: string,
): Promise<DeliveryView> {
  const uuid = deliveryUuid(id);
  const reopened = await deps.db.transaction(async (tx) => {
    const found = await findDeliveryJobs(tx, projectId, [uuid]);
    if (found.length === 0) throw new Refusal('not_found', `there is no delivery ${id}`, 'id');
    const refused = (await resendAll(tx, deps, found)).refused[0];
    if (refused === undefined) return true;
    if (refused.state === 'pending') return false;
    throw refused.refusal;
  });
  if (reopened) deps.notify('due');
  return getDelivery(deps, projectId, id);
}

/** Result of sending deliveries again: the reopened ones, and the refusals of the others. */
export type Resent = { reopened: ResendRow[]; refused: { id: string; state: ResendRow['state']; refusal: Refusal }[] };

/**
 * Sends ended deliveries again, inside the caller's transaction. Returns a refusal for each delivery that cannot be
 * sent. One of a disabled endpoint cannot: it would only be skipped again, and count as sent. No endpoint of these is
 * disabled before the transaction ends. The caller notifies `due` after its commit.
 */
export async function resendAll(
  tx: Tx,
  deps: Queues,
  deliveries: { id: string; job_id: string | null }[],
): Promise<Resent> {
  const ids = deliveries.map(({ id }) => id);
  const jobIds = [...new Set(deliveries.flatMap(({ job_id }) => job_id ?? []))].sort();
  await holdEndpointsOf(tx, ids);
  const jobs = await holdJobs(tx, jobIds);
  const resent: Resent = { reopened: [], refused: [] };
  const rows = await lockForResend(tx, ids);
  for (const row of rows) {
    const refusal = whyNot(row, jobs);
    if (refusal) resent.refused.push({ id: row.id, state: row.state, refusal });
    else resent.reopened.push(row);
  }
  await reopenDeliveries(
    tx,
    resent.reopened.map(({ id }) => id),
  );
  await deps.queue.insert(tx, 'deliver', resent.reopened.map(messageOfResent));
  return resent;
}

/** Returns the refusal of a delivery that cannot be sent again; null if it can. */
function whyNot(row: ResendRow, jobs: Map<string, { complete: boolean }>): Refusal | null {
  const id = formatId('dlv', row.id);
  switch (row.state) {
    case 'pending':
    case 'in_progress':
    case 'retrying':
      return new Refusal('not_ended', `${id} is still under way (${row.state})`, 'id');
    case 'cancelled':
      return new Refusal('not_found', `the endpoint of ${id} was deleted`, 'id');
    case 'delivered':
    case 'failed':
    case 'skipped':
      break;
  }
  if (!row.held) return new Refusal('not_ended', `${id} was still under way`, 'id');
  if (row.endpoint_deleted) return new Refusal('not_found', `the endpoint of ${id} was deleted`, 'id');
  if (row.endpoint_state === 'disabled')
    return new Refusal('endpoint_disabled', `the endpoint of ${id} is disabled; enable it first`, 'id');
  const job = row.job_id === null ? undefined : jobs.get(row.job_id);
  const canBeMade = job !== undefined && !isProgress(row.type) && (row.payload === 'thin' || job.complete);
  if (!row.has_bytes && !canBeMade)
    return new Refusal('payload_expunged', `what ${id} would send was deleted: ${whatIsGone(row, job)}`, 'id');
  const masked = [row.url, ...Object.values(row.headers ?? {})].some((value) => value.includes(mask));
  if (row.endpoint_id === null && masked && !row.has_secrets)
    return new Refusal('secrets_erased', `the secret URL or headers of ${id} were erased when it ended`, 'id');
  return null;
}

function whatIsGone(row: ResendRow, job: { complete: boolean } | undefined): string {
  if (row.job_id === null) return 'its event is about no job and was kept until it ended';
  if (isProgress(row.type)) return 'its event is of a state that has passed and was kept until it was delivered';
  return job === undefined ? 'its job is gone' : 'the result of its job has expired';
}
