import { type JobRow, jobColumns, type RequestRow, requestColumns } from './job-row.ts';

/** A locked or claimed job, with everything that settling its attempt needs. Its secrets are still sealed. */
export type HeldJob = JobRow &
  RequestRow & {
    /** True if the job has a stored request body. `ClaimedJob` has the body itself. */
    has_body: boolean;
    secrets: Buffer | null;
    callback_secrets: Buffer | null;
  };

/** Columns of `HeldJob`, for a job with the alias `j` and the tables of `heldTables`. */
export const heldColumns = `${jobColumns}, ${requestColumns}, b.job_id is not null as has_body, s.sealed as secrets,
  s.callback_sealed as callback_secrets`;

/** Tables to join to a job with the alias `j` for `heldColumns`. */
export const heldTables = `join job_request q on q.job_id = j.id
  left join job_body b on b.job_id = j.id left join job_secret s on s.job_id = j.id`;
