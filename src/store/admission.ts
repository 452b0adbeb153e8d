import type { Tx } from './pool.ts';
import type { QueueName } from './queue.ts';

export type Admitted = { id: string; delay_ms: number; receiver: string | null };

const waiting: Record<QueueName, { table: string; states: string; receiver: string }> = {
  fetch: { table: 'job', states: `'scheduled', 'queued', 'retrying'`, receiver: 'null::text' },
  deliver: {
    table: 'delivery',
    states: `'pending', 'retrying'`,
    receiver: 'coalesce(t.endpoint_id, t.project_id)::text',
  },
};

/** Marks rows that come due within the horizon; the caller makes their messages. Rows another worker has in hand are left. */
export function admitDue(tx: Tx, queue: QueueName, horizonMs: number, limit: number): Promise<Admitted[]> {
  const { table, states, receiver } = waiting[queue];
  return tx.run<Admitted>(
    `admit_${queue}`,
    `with due as (
       select id from ${table}
       where admitted_at is null and state in (${states}) and next_attempt_at <= now() + $1 * interval '1 ms'
       order by next_attempt_at limit $2 for update skip locked
     )
     update ${table} t set admitted_at = now() from due where t.id = due.id
     returning t.id, ${receiver} as receiver, greatest(0, extract(epoch from t.next_attempt_at - now()) * 1000)::float8 as delay_ms`,
    [horizonMs, limit],
  );
}

/** Rows that were admitted, are long due and still wait, although the queue is empty: their messages were lost. */
export function admitLost(tx: Tx, queue: QueueName, afterSeconds: number, limit: number): Promise<Admitted[]> {
  const { table, states, receiver } = waiting[queue];
  return tx.run<Admitted>(
    `admit_lost_${queue}`,
    `with lost as (
       select id from ${table}
       where admitted_at < now() - make_interval(secs => $1) and state in (${states})
         and next_attempt_at < now() - make_interval(secs => $1)
       order by id limit $2 for update skip locked
     )
     update ${table} t set admitted_at = now() from lost where t.id = lost.id returning t.id, ${receiver} as receiver, 0::float8 as delay_ms`,
    [afterSeconds, limit],
  );
}
