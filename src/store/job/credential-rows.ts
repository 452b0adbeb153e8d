import type { Tx } from '#src/store/db/database.ts';
import type { ShownHeader } from './job-options.ts';

/** What the credentials of a job's request are read from. Its secrets are still sealed. */
export type CredentialRow = {
  id: string;
  url: string;
  headers: ShownHeader[];
  options: { redact: { query: string[] } };
  secrets: Buffer | null;
  upstream_id: string | null;
};

/** Returns what the credentials of jobs are read from. */
export function findCredentials(tx: Tx, ids: readonly string[]): Promise<CredentialRow[]> {
  return tx.run<CredentialRow>(
    'find_credentials',
    `select q.job_id as id, j.url, q.headers, json_build_object('redact', q.options -> 'redact') as options, s.sealed as secrets, j.upstream_id
     from job_request q join job j on j.id = q.job_id left join job_secret s on s.job_id = q.job_id
     where q.job_id = any($1::uuid[])`,
    [ids],
  );
}
