import { deliveryWaits, jobWaits } from '#src/store/db/conditions.ts';
import type { Tx } from '#src/store/db/database.ts';
import type { QueueName } from '#src/store/db/queue.ts';

/** A row that needs a message, with what the priority of its message depends on. */
export type Admitted = { id: string; delay_ms: number; project_id: string } & (
  | { url: string; priority: number; type: null }
  | { endpoint_id: string | null; type: string }
);

const waiting: Record<QueueName, { table: string; waits: string; columns: string }> = {
  fetch: {
    table: 'job',
    // A job in a line is claimed from there.
    waits: `line_id is null and ${jobWaits()}`,
    columns: 't.project_id, t.url, t.priority, null::text as type',
  },
  deliver: {
    table: 'delivery',
    waits: deliveryWaits(),
    columns: 't.project_id, t.endpoint_id, t.type',
  },
};

/**
 * Marks rows that come due within the horizon and returns them; the caller makes their messages. Rows that another
 * worker has locked are skipped.
 */
export function admitDue(tx: Tx, queue: QueueName, horizonMs: number, limit: number): Promise<Admitted[]> {
  const { table, waits, columns } = waiting[queue];
  return tx.run<Admitted>(
    `admit_${queue}`,
    `with due as (
       select id from ${table}
       where admitted_at is null and ${waits} and next_attempt_at <= now() + $1 * interval '1 ms'
       order by next_attempt_at limit $2 for update skip locked
     )
     update ${table} t set admitted_at = now() from due where t.id = due.id
     returning t.id, ${columns}, greatest(0, extract(epoch from t.next_attempt_at - now()) * 1000)::float8 as delay_ms`,
    [horizonMs, limit],
  );
}

/**
 * Marks and returns rows that were admitted, have been due for long and still wait. If the queue is not just slow,
 * their messages were lost.
 */
export function admitLost(tx: Tx, queue: QueueName, afterSeconds: number, limit: number): Promise<Admitted[]> {
  const { table, waits, columns } = waiting[queue];
  return tx.run<Admitted>(
    `admit_lost_${queue}`,
    `with lost as (
       select id from ${table}
       where admitted_at < now() - make_interval(secs => $1) and ${waits}
         and next_attempt_at < now() - make_interval(secs => $1)
       order by id limit $2 for update skip locked
     )
     update ${table} t set admitted_at = now() from lost where t.id = lost.id returning t.id, ${columns}, 0::float8 as delay_ms`,
    [afterSeconds, limit],
  );
}
