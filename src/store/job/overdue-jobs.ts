import type { Tx } from '#src/store/db/database.ts';
import type { ClaimedJob } from './claim-jobs.ts';
import { jobColumns, requestColumns } from './job-row.ts';

/** Waiting jobs whose deadline has passed, locked, with what ending them needs. */
export function lockOverdueJobs(tx: Tx, limit: number): Promise<ClaimedJob[]> {
  return tx.run<ClaimedJob>(
    'lock_overdue',
    `with j as (
       select * from job where deadline_at <= now() and state in ('scheduled', 'queued', 'retrying')
       order by id limit $1 for update skip locked)
     select ${jobColumns}, ${requestColumns}, null::bytea as body, (b.job_id is not null) as body_sealed, s.sealed as secrets,
            s.callback_sealed as callback_secrets
     from j join job_request q on q.job_id = j.id
     left join job_body b on b.job_id = j.id left join job_secret s on s.job_id = j.id`,
    [limit],
  );
}
