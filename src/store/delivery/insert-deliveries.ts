import { makeColumns } from '#src/store/db/columns.ts';
import type { Tx } from '#src/store/db/database.ts';
import type { Claim } from '#src/store/job/claim-jobs.ts';
import { insertPayloads } from './delivery-payloads.ts';

/** A delivery to store. `claim` is set if this worker sends it right after the commit. */
export type NewDelivery = {
  id: string;
  projectId: string;
  /** Job that the event is about; null for an event about no job, whose bytes must be given. */
  jobId: string | null;
  /** Endpoint that receives the event; null for a job's own callback URL. */
  endpointId: string | null;
  eventId: string;
  type: string;
  url: string;
  /** Headers with secrets masked; empty for an endpoint, which has its own. */
  headers: Record<string, string>;
  sealed: Uint8Array | null;
  payload: 'full' | 'thin';
  scheduleSeconds: number[] | null;
  /** Status patterns that end the delivery; null: none. */
  giveUpOn: string[] | null;
  createdAt: Date;
  /** True for the last event of a job. Each job has at most one such delivery per receiver. */
  terminal: boolean;
  /**
   * True if the endpoint's row has the state `disabled`: the delivery is stored and not sent. Absent if the state is
   * only known from a cache. The delivery is then skipped when it is to be sent, so that no event is skipped in the
   * second after the endpoint was enabled.
   */
  skipped?: boolean;
  claim: Claim | null;
  /**
   * Bytes of the event, if they could not be made again: the event is about a passing state, or its result is stored
   * nowhere else.
   */
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

/** Writes deliveries with their secrets and bytes. A claimed delivery is in progress; any other is due now. */
export async function insertDeliveries(tx: Tx, deliveries: NewDelivery[]): Promise<void> {
  if (deliveries.length === 0) return;
  const now = (state: string) => `case when state = '${state}' then now() end`;
  await tx.send(
    'insert_deliveries',
    `insert into delivery (${written.names}, claimed_at, next_attempt_at, admitted_at, ended_at)
     select ${written.selected}, ${now('in_progress')}, ${now('pending')}, ${now('pending')}, ${now('skipped')}
     from ${written.from}`,
    written.values(deliveries),
  );
  const sealed = deliveries.filter((delivery) => delivery.sealed !== null);
  if (sealed.length > 0) {
    await tx.send(
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
