import type { DeliveryError } from '#src/domain/decide/decision.ts';
import type { DeliveryState } from '#src/domain/decide/job-state.ts';
import { formatId } from '#src/domain/text/id.ts';
import { iso } from './to-job.ts';

/** The columns of a delivery that every reader sees. */
export type ShownDelivery = {
  id: string;
  event_id: string;
  type: string;
  state: DeliveryState;
  url: string;
  attempt_count: number;
  next_attempt_at: Date | null;
  created_at: Date;
  ended_at: Date | null;
};

/** Converts the columns that every reader of a delivery sees. Times are ISO 8601 UTC. */
export function toDelivery(row: ShownDelivery) {
  return {
    id: formatId('dlv', row.id),
    eventId: formatId('evt', row.event_id),
    type: row.type,
    state: row.state,
    url: row.url,
    attempts: row.attempt_count,
    nextAttemptAt: iso(row.next_attempt_at),
    createdAt: row.created_at.toISOString(),
    endedAt: iso(row.ended_at),
  };
}

/**
 * Returns the error of an ended delivery, or why the last attempt failed while the delivery goes on. One column has
 * both.
 */
export function deliveryErrors({ ended_at, error }: { ended_at: Date | null; error: DeliveryError | null }) {
  if (!error) return { error: null, lastFailure: null };
  if (ended_at !== null) return { error, lastFailure: null };
  return { error: null, lastFailure: { code: error.code, message: error.message } };
}
