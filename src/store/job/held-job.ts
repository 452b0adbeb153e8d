import { type JobRow, jobColumns, type RequestRow, requestColumns } from './job-row.ts';

/** A locked or claimed job, with all that settling an attempt of it needs. Its secrets are still sealed. */
export type HeldJob = JobRow &
  RequestRow & {
    /** The job has a stored request body; `ClaimedJob` brings it along. */
    has_body: boolean;
    secrets: Buffer | null;
    callback_secrets: Buffer | null;
  };

/** The columns of `HeldJob`, for a job under the alias `j` and the tables of `heldTables`. */
export const heldColumns = `${jobColumns}, ${requestColumns}, b.job_id is not null as has_body, s.sealed as secrets,
  s.callback_sealed as callback_secrets`;

/** What to join to a job under the alias `j` for `heldColumns`. */
export const heldTables = `join job_request q on q.job_id = j.id
  left join job_body b on b.job_id = j.id left join job_secret s on s.job_id = j.id`;
