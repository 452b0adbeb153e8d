import type { Decision, DeliveryError } from '#src/domain/decide/decision.ts';
import type { DeliveryState } from '#src/domain/decide/job-state.ts';
import type { OutcomeKind, RedirectHop, Timings } from '#src/domain/decide/outcome.ts';
import type { Db } from '#src/store/db/database.ts';
import type { ShownHeader } from './job-options.ts';

export type AttemptRow = {
  owner_id: string;
  n: number;
  id: string;
  started_at: Date;
  ended_at: Date;
  outcome: OutcomeKind;
  status: number | null;
  headers: ShownHeader[] | null;
  body: Buffer | null;
  body_size: number | null;
  failure: { code: string; message: string } | null;
  timings: Timings | null;
  redirects: RedirectHop[] | null;
  remote_address: string | null;
  worker: string;
  decision: Decision | null;
};

export type DeliveryListRow = {
  id: string;
  event_id: string;
  type: string;
  state: DeliveryState;
  url: string;
  attempt_count: number;
  next_attempt_at: Date | null;
  created_at: Date;
  ended_at: Date | null;
  error: DeliveryError | null;
};

/** Returns the attempts of jobs or deliveries, in order. */
export function findAttempts(db: Db, ownerIds: string[]): Promise<AttemptRow[]> {
  return db.run<AttemptRow>(
    'find_attempts',
    `select owner_id, n, id, started_at, ended_at, outcome, status, headers, body, body_size, failure, timings, redirects,
       remote_address, worker, decision from attempt where owner_id = any($1::uuid[]) order by owner_id, n`,
    [ownerIds],
  );
}

/** Returns a job's deliveries, oldest first. Two partial indexes cover them. */
export function findDeliveries(db: Db, jobId: string): Promise<DeliveryListRow[]> {
  return db.run<DeliveryListRow>(
    'find_deliveries',
    `select id, event_id, type, state, url, attempt_count, next_attempt_at, created_at, ended_at, error
     from delivery where (job_id = $1 and terminal or job_id = $1 and not terminal) order by id`,
    [jobId],
  );
}

/** Number of an attempt, and the job or the delivery of the project that it belongs to. */
export type AttemptPlace = { n: number; job_id: string | null; delivery_id: string | null };

/** Returns the place of an attempt by its id; null if the project has no such attempt. */
export async function findAttemptPlace(db: Db, projectId: string, id: string): Promise<AttemptPlace | null> {
  const rows = await db.run<AttemptPlace>(
    'find_attempt_place',
    `select a.n, j.id as job_id, d.id as delivery_id from attempt a
     left join job j on j.id = a.owner_id and j.project_id = $1
     left join delivery d on d.id = a.owner_id and d.project_id = $1
     where a.id = $2 and (j.id is not null or d.id is not null)`,
    [projectId, id],
  );
  return rows[0] ?? null;
}
