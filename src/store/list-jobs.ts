import { uuidV7 } from '#src/domain/id.ts';
import type { JobState } from '#src/domain/job-state.ts';
import { type JobRow, jobColumns, jobState } from './job-row.ts';
import type { Db } from './pool.ts';

export type JobFilter = {
  projectId: string;
  limit: number;
  /** Only jobs before this one, newest first. */
  beforeId: string | null;
  id: string | null;
  states: JobState[];
  label: string | null;
  host: string | null;
  /** Inclusive. */
  statusRange: [number, number] | null;
  from: Date | null;
  to: Date | null;
  urlPart: string | null;
};

const clockSlackMs = 600_000;

/** The lowest id of an instant. */
function idAt(ms: number): string {
  return uuidV7(Math.max(0, ms), new Uint8Array(16));
}

/** In which states those that are asked for may be stored. */
function storedStates(asked: JobState[]): JobState[] {
  return asked.includes('queued') ? [...new Set<JobState>([...asked, 'scheduled'])] : asked;
}

/** Newest first, by id: ids are time-ordered, so no offset and no count is ever needed. */
export async function listJobs(db: Db, filter: JobFilter): Promise<JobRow[]> {
  const values: unknown[] = [];
  const conditions: string[] = [];
  const where = (condition: (parameter: string) => string, value: unknown) => {
    values.push(value);
    conditions.push(condition(`$${values.length}`));
  };
  where((p) => `j.project_id = ${p}`, filter.projectId);
  if (filter.beforeId) where((p) => `j.id < ${p}`, filter.beforeId);
  if (filter.id) where((p) => `j.id = ${p}`, filter.id);
  const states = storedStates(filter.states);
  if (states.length === 1) where((p) => `j.state = ${p}`, states[0]);
  else if (states.length > 1) where((p) => `j.state = any(${p})`, states);
  // What is scheduled and due is shown, and asked for, as queued.
  if (filter.states.includes('queued') !== filter.states.includes('scheduled'))
    where((p) => `${jobState} = any(${p})`, filter.states);
  if (filter.label) where((p) => `j.labels @> array[${p}::text] and j.labels <> '{}'`, filter.label);
  if (filter.host) where((p) => `j.host = ${p}`, filter.host);
  if (filter.statusRange) {
    where((p) => `j.status >= ${p}`, filter.statusRange[0]);
    where((p) => `j.status <= ${p}`, filter.statusRange[1]);
  }
  // Ids are made by the clock of the process that took the job: a little apart from the database's, by which the row is dated.
  if (filter.from) {
    where((p) => `j.created_at >= ${p}`, filter.from);
    where((p) => `j.id >= ${p}`, idAt(filter.from.getTime() - clockSlackMs));
  }
  if (filter.to) {
    where((p) => `j.created_at < ${p}`, filter.to);
    where((p) => `j.id < ${p}`, idAt(filter.to.getTime() + clockSlackMs));
  }
  if (filter.urlPart) where((p) => `strpos(lower(j.url), ${p}) > 0`, filter.urlPart.toLowerCase());
  values.push(filter.limit);
  const sql = `select ${jobColumns} from job j where ${conditions.join(' and ')} order by j.id desc limit $${values.length}`;
  const { rows } = await db.pool.query<JobRow>(sql, values);
  return rows;
}
