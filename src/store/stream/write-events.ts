import type { StreamEvent } from '#src/domain/stream/stream-event.ts';
import type { Db, Tx } from '#src/store/db/database.ts';

/** An attempt with a stream, and the claim that it was made under. */
export type StreamClaim = { jobId: string; claimId: string; attempt: number };

/** Superseded events that one statement deletes at most. */
const deletedAtOnce = 5_000;

/**
 * Begins streams of attempts. The events of an attempt before are superseded: one without data takes their place, so that
 * readers know. The first ones are deleted at once, and `deleteSuperseded` deletes the others. Returns the `seq` of each first event by job, without the jobs whose claim is lost. A repeated call returns
 * the same.
 */
export async function beginStreams(db: Pick<Db, 'run'>, claims: readonly StreamClaim[]): Promise<Map<string, number>> {
  const rows = await db.run<{ job_id: string; first_seq: number }>('begin_streams', beginStreamsSql, [
    claims.map(({ jobId }) => jobId),
    claims.map(({ claimId }) => claimId),
    claims.map(({ attempt }) => attempt),
  ]);
  return new Map(rows.map((row) => [row.job_id, row.first_seq]));
}

/** Locked rows of the jobs whose claims are valid. Nobody else can take over such a job before this transaction ends. */
const held = `held as (
    select j.id, t.attempt from job j join unnest($1::uuid[], $2::uuid[], $3::int[]) as t(id, claim_id, attempt)
      on j.id = t.id and j.claim_id = t.claim_id
    order by j.id for update of j
  )`;

const beginStreamsSql = `
  with ${held}, begun as (
    select held.id, held.attempt, s.attempt is not distinct from held.attempt as known, s.first_seq,
      (select max(e.seq) from job_event e where e.job_id = held.id) as last_seq
    from held left join job_stream s on s.job_id = held.id
  ), fresh as (
    select id, attempt, last_seq, coalesce(last_seq + 2, 0) as first_seq from begun where not known
  ), old as (
    delete from job_event e using (
      select o.job_id, o.seq from fresh join job_event o on o.job_id = fresh.id and o.seq <= fresh.last_seq
      limit ${deletedAtOnce}
    ) first where e.job_id = first.job_id and e.seq = first.seq
  ), restart as (
    insert into job_event (job_id, seq, attempt) select id, last_seq + 1, attempt from fresh where last_seq is not null
  ), stream as (
    insert into job_stream (job_id, attempt, first_seq) select id, attempt, first_seq from fresh
    on conflict (job_id) do update set attempt = excluded.attempt, first_seq = excluded.first_seq
  )
  select id as job_id, first_seq from fresh union all select id, first_seq from begun where known`;

/**
 * Deletes events that the last attempt with a stream has superseded, at most 5,000. Nobody reads them, so it needs no lock.
 * Returns their number.
 */
export async function deleteSuperseded(db: Pick<Db, 'run'>, jobIds: readonly string[]): Promise<number> {
  const [row] = await db.run<{ n: number }>(
    'delete_superseded_events',
    `with old as (
       select e.job_id, e.seq from job_stream s join job_event e on e.job_id = s.job_id and e.seq < s.first_seq - 1
       where s.job_id = any($1::uuid[]) limit ${deletedAtOnce}
     ), gone as (delete from job_event e using old where e.job_id = old.job_id and e.seq = old.seq returning 1)
     select count(*)::int as n from gone`,
    [jobIds],
  );
  return row?.n ?? 0;
}

/** Events of one attempt to store, in order; the first one gets `firstSeq`. */
export type NewEvents = StreamClaim & { firstSeq: number; events: readonly StreamEvent[] };

/**
 * Writes events of several jobs. Returns the jobs whose claims were valid; the events of the others are not written. A
 * repeated call writes nothing twice.
 */
export async function insertEvents(db: Pick<Db, 'run'>, batches: readonly NewEvents[]): Promise<Set<string>> {
  const of: string[] = [];
  const seqs: number[] = [];
  const names: (string | null)[] = [];
  const data: string[] = [];
  for (const { jobId, firstSeq, events } of batches) {
    for (const [index, event] of events.entries()) {
      of.push(jobId);
      seqs.push(firstSeq + index);
      names.push(event.name);
      data.push(event.data);
    }
  }
  const rows = await db.run<{ id: string }>('insert_events', insertEventsSql, [
    batches.map(({ jobId }) => jobId),
    batches.map(({ claimId }) => claimId),
    batches.map(({ attempt }) => attempt),
    of,
    seqs,
    names,
    data,
  ]);
  return new Set(rows.map(({ id }) => id));
}

const insertEventsSql = `
  with ${held}, written as (
    insert into job_event (job_id, seq, attempt, name, data)
    select held.id, t.seq, held.attempt, t.name, t.data
    from unnest($4::uuid[], $5::int[], $6::text[], $7::text[]) as t(job_id, seq, name, data) join held on held.id = t.job_id
    on conflict do nothing
  )
  select id from held`;

/** Sets the times at which the streams of jobs that have ended expire. */
export async function endStreams(tx: Tx, ended: readonly { jobId: string; expiresAt: Date }[]): Promise<void> {
  if (ended.length === 0) return;
  await tx.send(
    'end_streams',
    `update job_stream set expires_at = t.at from unnest($1::uuid[], $2::timestamptz[]) as t(id, at) where job_id = t.id`,
    [ended.map(({ jobId }) => jobId), ended.map(({ expiresAt }) => expiresAt)],
  );
}
