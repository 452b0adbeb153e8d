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
