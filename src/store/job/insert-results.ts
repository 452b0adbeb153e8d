import { makeColumns } from '#src/store/db/columns.ts';
import type { Tx } from '#src/store/db/database.ts';
import type { ShownHeader } from './job-options.ts';

/** The final response of a job, masked. */
export type NewResult = {
  jobId: string;
  status: number;
  headers: ShownHeader[];
  contentType: string | null;
  body: Uint8Array;
  truncated: boolean;
  expiresAt: Date;
  /** True if the body is the text of the job's events, which are stored already. */
  fromEvents: boolean;
};

const noBytes = new Uint8Array();

const written = makeColumns<NewResult>({
  job_id: ['uuid', (result) => result.jobId],
  status: ['int', (result) => result.status],
  headers: ['json', (result) => result.headers],
  content_type: ['text', (result) => result.contentType],
  body: ['bytea', (result) => (result.fromEvents ? noBytes : result.body)],
  truncated: ['bool', (result) => result.truncated],
  expires_at: ['timestamptz', (result) => result.expiresAt],
  stream_bytes: ['int', (result) => (result.fromEvents ? result.body.byteLength : null)],
});

/** Writes the results of jobs that have ended. */
export async function insertResults(tx: Tx, results: NewResult[]): Promise<void> {
  if (results.length === 0) return;
  const text = `insert into result (${written.names}) select ${written.selected} from ${written.from}`;
  await tx.send('insert_results', text, written.values(results));
}
