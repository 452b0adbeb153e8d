import { makeColumns } from '#src/store/db/columns.ts';
import type { Tx } from '#src/store/db/database.ts';
import type { Claim } from '#src/store/job/claim-jobs.ts';
import { insertPayloads } from './delivery-payloads.ts';

/** A delivery about to be stored, `claimed` when this worker sends it right after the commit. */
export type NewDelivery = {
  id: string;
  projectId: string;
  /** Null for an event that is not of a job; its bytes are then given. */
  jobId: string | null;
  /** Null for a job's own callback URL. */
  endpointId: string | null;
  eventId: string;
  type: string;
  url: string;
  /** Masked; none for an endpoint, which has its own. */
  headers: Record<string, string>;
  sealed: Uint8Array | null;
  payload: 'full' | 'thin';
  scheduleSeconds: number[] | null;
  /** Status patterns that end it; null: none. */
  giveUpOn: string[] | null;
  createdAt: Date;
  /** A job's last event: at most one for each receiver. */
  terminal: boolean;
  /**
   * Its endpoint is disabled, and whoever says so holds its row: kept, not sent. Left out where that is known from a cache
   * only: whether an event is skipped is then seen when it is to be sent, so that none is in the second after it was enabled.
   */
  skipped?: boolean;
  claim: Claim | null;
  /** The bytes themselves, where they could not be made again: of a state that passes, or with a result that is kept nowhere else. */
  body: Uint8Array | null;
};

const written = makeColumns<NewDelivery>({
  id: ['uuid', (delivery) => delivery.id],
  project_id: ['uuid', (delivery) => delivery.projectId],
  job_id: ['uuid', (delivery) => delivery.jobId],
  endpoint_id: ['uuid', (delivery) => delivery.endpointId],
  event_id: ['uuid', (delivery) => delivery.eventId],
  type: ['text', (delivery) => delivery.type],
  terminal: ['bool', (delivery) => delivery.terminal],
  receiver: ['text', (delivery) => delivery.endpointId ?? 'url'],
  url: ['text', (delivery) => delivery.url],
  headers: ['json', (delivery) => delivery.headers],
  payload: ['text', (delivery) => delivery.payload],
  schedule: ['json', (delivery) => delivery.scheduleSeconds],
  give_up_on: ['json', (delivery) => delivery.giveUpOn],
  created_at: ['timestamptz', (delivery) => delivery.createdAt],
  state: ['text', stateOf],
  attempt_count: ['int', (delivery) => (delivery.claim === null ? 0 : 1)],
  claim_id: ['uuid', (delivery) => delivery.claim?.claimId ?? null],
  claimed_by: ['uuid', (delivery) => delivery.claim?.workerId ?? null],
});

function stateOf({ skipped, claim }: NewDelivery): 'skipped' | 'pending' | 'in_progress' {
  if (skipped) return 'skipped';
  return claim === null ? 'pending' : 'in_progress';
}

/** Writes deliveries with their secrets and bytes. One that is claimed is under way; any other is due now. */
export async function insertDeliveries(tx: Tx, deliveries: NewDelivery[]): Promise<void> {
  if (deliveries.length === 0) return;
  const now = (state: string) => `case when state = '${state}' then now() end`;
  await tx.run(
    'insert_deliveries',
    `insert into delivery (${written.names}, claimed_at, next_attempt_at, admitted_at, ended_at)
     select ${written.selected}, ${now('in_progress')}, ${now('pending')}, ${now('pending')}, ${now('skipped')}
     from ${written.from}`,
    written.values(deliveries),
  );
  const sealed = deliveries.filter((delivery) => delivery.sealed !== null);
  if (sealed.length > 0) {
    await tx.run(
      'insert_delivery_secrets',
      'insert into delivery_secret (delivery_id, sealed) select * from unnest($1::uuid[], $2::bytea[])',
      [sealed.map((d) => d.id), sealed.map((d) => d.sealed)],
    );
  }
  await insertPayloads(
    tx,
    deliveries.flatMap((d) => (d.body === null ? [] : [{ id: d.id, body: d.body }])),
  );
}
