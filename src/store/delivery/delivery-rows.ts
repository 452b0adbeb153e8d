import type { DeliveryState } from '#src/domain/decide/job-state.ts';

/** A row of `delivery` with its sealed headers and, once stored, its bytes. */
export type DeliveryRow = {
  id: string;
  project_id: string;
  job_id: string | null;
  endpoint_id: string | null;
  event_id: string;
  type: string;
  /** URL of the receiver; for an endpoint, its URL at the last claim. */
  url: string;
  headers: Record<string, string>;
  payload: 'full' | 'thin';
  schedule: number[] | null;
  give_up_on: string[] | null;
  state: DeliveryState;
  attempt_count: number;
  interruption_count: number;
  /** Attempts made before the delivery was resent. Its schedule starts anew after them. */
  attempt_base: number;
  claim_id: string | null;
  claimed_by: string | null;
  claimed_at: Date | null;
  created_at: Date;
  sealed: Buffer | null;
  /** Headers of the endpoint, read when the delivery is sent; null for a URL given with a job. */
  endpoint_headers: Record<string, string | null> | null;
  endpoint_sealed: Buffer | null;
  /** Certificates of the endpoint, and the sealed key of its own; null: none. */
  endpoint_tls: { certificate: string | null; ca: string | null } | null;
  endpoint_tls_key: Buffer | null;
  body: Buffer | null;
};

/** Columns of `delivery` in a `DeliveryRow`, for the alias `d`. */
export const deliveryColumns = `d.id, d.project_id, d.job_id, d.endpoint_id, d.event_id, d.type, d.url, d.headers, d.payload, d.schedule,
  d.give_up_on, d.state,
  d.attempt_count, d.interruption_count, d.attempt_base, d.claim_id, d.claimed_by, d.claimed_at, d.created_at`;
