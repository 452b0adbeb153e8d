import type { JobState } from '#src/domain/decide/job-state.ts';
import type { Db } from '#src/store/db/database.ts';

/** A stored event. Without data, it marks a restart. */
export type EventRow = { seq: number; attempt: number; name: string | null; data: string | null };

/** What is known of a job's stream, and the next of its events. All of it is of one moment. */
export type EventsRead = {
  state: JobState;
  /** False if the job's events are not kept. */
  streamed: boolean;
  expired: boolean;
  rows: EventRow[];
};

type Row = { state: JobState; streamed: boolean; expired: boolean } & { [K in keyof EventRow]: EventRow[K] | null };

/** Bytes of data after which a page ends. One event may be longer. */
const pageBytes = 262_144;

/**
 * Events before the restart of the last attempt are left out, because they may not be deleted yet. The columns of an event are
 * null in the only row of a page without events.
 */
const readEventsSql = `
  select j.state, q.options->>'stream' is not null as streamed, coalesce(s.expires_at <= now(), false) as expired,
    e.seq, e.attempt, e.name, e.data
  from job j join job_request q on q.job_id = j.id left join job_stream s on s.job_id = j.id
  left join lateral (
    select * from (
      select seq, attempt, name, data,
        sum(octet_length(data)) over (order by seq rows between unbounded preceding and 1 preceding) as before
      from (
        select * from job_event where job_id = j.id and seq > greatest($3, s.first_seq - 2) order by seq limit $4
      ) as next
    ) as page where coalesce(before, 0) < ${pageBytes}
  ) e on true
  where j.project_id = $1 and j.id = $2 order by e.seq`;

/** Returns the next events after a `seq`; undefined if the project has no such job. */
export async function findEvents(
  db: Pick<Db, 'run'>,
  projectId: string,
  jobId: string,
  { after, limit }: { after: number; limit: number },
): Promise<EventsRead | undefined> {
  const rows = await db.run<Row>('find_events', readEventsSql, [projectId, jobId, after, limit]);
  const [first] = rows;
  if (!first) return undefined;
  const { state, streamed, expired } = first;
  return {
    state,
    streamed,
    expired,
    rows: rows.flatMap(({ seq, attempt, name, data }) =>
      seq === null || attempt === null ? [] : [{ seq, attempt, name, data }],
    ),
  };
}

/** Returns how far the streams of jobs have come: the last `seq`, and whether the job has ended. */
export function findStreamEnds(
  db: Pick<Db, 'run'>,
  jobIds: readonly string[],
): Promise<{ id: string; ended: boolean; last_seq: number | null }[]> {
  return db.run(
    'find_stream_ends',
    `select j.id, j.ended_at is not null as ended, (select max(e.seq) from job_event e where e.job_id = j.id) as last_seq
     from job j where j.id = any($1::uuid[])`,
    [jobIds],
  );
}
