import type { Tx } from '#src/store/db/database.ts';
import type { TraceContext } from './job-options.ts';

/** Returns the trace in which a job was submitted; undefined: none, or the job is gone. */
export async function findTrace(db: Pick<Tx, 'run'>, jobId: string): Promise<TraceContext | undefined> {
  const sql = `select options->'trace' as trace from job_request where job_id = $1`;
  const [row] = await db.run<{ trace: TraceContext | null }>('find_trace', sql, [jobId]);
  return row?.trace ?? undefined;
}
