import type { Decision, JobError } from '#src/domain/decide/decision.ts';
import type { OutcomeKind, RedirectHop, Timings } from '#src/domain/decide/outcome.ts';
import type { Tx } from '#src/store/db/database.ts';
import type { ShownHeader } from './job-options.ts';

/** One attempt as it is written: masked, complete, once. */
export type NewAttempt = {
  ownerId: string;
  n: number;
  id: string;
  startedAt: Date;
  endedAt: Date;
  outcome: OutcomeKind;
  status: number | null;
  headers: ShownHeader[] | null;
  body: Uint8Array | null;
  bodySize: number | null;
  failure: { code: string; message: string } | null;
  timings: Timings | null;
  redirects: RedirectHop[];
  remoteAddress: string | null;
  worker: string;
  decision: Decision | null;
};

/** What becomes of a job's row when one of its attempts has ended. */
export type JobUpdate = {
  id: string;
  state: 'completed' | 'failed' | 'cancelled' | 'retrying';
  interruptionCount: number;
  retries: Record<string, number> | null;
  recent: string;
  status: number | null;
  error: JobError | null;
  endedAt: Date | null;
  resultExpiresAt: Date | null;
  /** Until the next attempt, from the database's now; null at the end. */
  delayMs: number | null;
  /** True when a queue message for the next attempt is made in the same transaction. */
  admitted: boolean;
};

export type NewResult = {
  jobId: string;
  status: number;
  headers: ShownHeader[];
  contentType: string | null;
  body: Uint8Array;
  truncated: boolean;
  expiresAt: Date;
};

/** Locks those of the claims that still stand, in id order, and answers their jobs. Every later statement gets only these. */
export async function lockClaimedJobs(tx: Tx, claims: { id: string; claimId: string }[]): Promise<Set<string>> {
  const rows = await tx.run<{ id: string }>(
    'lock_jobs',
    `select id from job where (id, claim_id) in (select * from unnest($1::uuid[], $2::uuid[])) order by id for update`,
    [claims.map((claim) => claim.id), claims.map((claim) => claim.claimId)],
  );
  return new Set(rows.map((row) => row.id));
}

export async function insertAttempts(tx: Tx, attempts: NewAttempt[]): Promise<void> {
  if (attempts.length === 0) return;
  const column = <T>(pick: (attempt: NewAttempt) => T): T[] => attempts.map(pick);
  const json = (pick: (attempt: NewAttempt) => unknown) => column((attempt) => toJson(pick(attempt)));
  await tx.run(
    'insert_attempts',
    `insert into attempt (owner_id, n, id, started_at, ended_at, outcome, status, headers, body, body_size, failure, timings,
                          redirects, remote_address, worker, decision)
     select owner_id, n, id, started_at, ended_at, outcome, status, headers::json, body, body_size, failure::json,
            timings::json, redirects::json, remote_address, worker, decision::json
     from unnest($1::uuid[], $2::int[], $3::uuid[], $4::timestamptz[], $5::timestamptz[], $6::text[], $7::int[], $8::text[],
                 $9::bytea[], $10::int[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[])
       as t(owner_id, n, id, started_at, ended_at, outcome, status, headers, body, body_size, failure, timings, redirects,
            remote_address, worker, decision)`,
    [
      column((a) => a.ownerId),
      column((a) => a.n),
      column((a) => a.id),
      column((a) => a.startedAt),
      column((a) => a.endedAt),
      column((a) => a.outcome),
      column((a) => a.status),
      json((a) => a.headers),
      column((a) => a.body),
      column((a) => a.bodySize),
      json((a) => a.failure),
      json((a) => a.timings),
      json((a) => (a.redirects.length === 0 ? null : a.redirects)),
      column((a) => a.remoteAddress),
      column((a) => a.worker),
      json((a) => a.decision),
    ],
  );
}

/** Writes the jobs' new states, clearing their claims. */
export async function updateJobs(tx: Tx, updates: JobUpdate[]): Promise<void> {
  if (updates.length === 0) return;
  const column = <T>(pick: (update: JobUpdate) => T): T[] => updates.map(pick);
  await tx.run(
    'update_jobs',
    `update job set state = t.state, interruption_count = t.interruption_count, retries = t.retries::json, recent = t.recent,
       status = t.status, error = t.error::json, ended_at = t.ended_at, result_expires_at = t.result_expires_at,
       next_attempt_at = now() + t.delay_ms * interval '1 ms', admitted_at = case when t.admitted then now() end,
       claim_id = null, claimed_by = null, claimed_at = null
     from unnest($1::uuid[], $2::text[], $3::int[], $4::text[], $5::text[], $6::int[], $7::text[], $8::timestamptz[],
                 $9::timestamptz[], $10::bigint[], $11::bool[])
       as t(id, state, interruption_count, retries, recent, status, error, ended_at, result_expires_at, delay_ms, admitted)
     where job.id = t.id`,
    [
      column((u) => u.id),
      column((u) => u.state),
      column((u) => u.interruptionCount),
      column((u) => toJson(u.retries)),
      column((u) => u.recent),
      column((u) => u.status),
      column((u) => toJson(u.error)),
      column((u) => u.endedAt),
      column((u) => u.resultExpiresAt),
      column((u) => (u.delayMs === null ? null : Math.ceil(u.delayMs))),
      column((u) => u.admitted),
    ],
  );
}

export async function insertResults(tx: Tx, results: NewResult[]): Promise<void> {
  if (results.length === 0) return;
  const column = <T>(pick: (result: NewResult) => T): T[] => results.map(pick);
  await tx.run(
    'insert_results',
    `insert into result (job_id, status, headers, content_type, body, truncated, expires_at)
     select job_id, status, headers::json, content_type, body, truncated, expires_at
     from unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::bytea[], $6::bool[], $7::timestamptz[])
       as t(job_id, status, headers, content_type, body, truncated, expires_at)`,
    [
      column((r) => r.jobId),
      column((r) => r.status),
      column((r) => JSON.stringify(r.headers)),
      column((r) => r.contentType),
      column((r) => r.body),
      column((r) => r.truncated),
      column((r) => r.expiresAt),
    ],
  );
}

/**
 * Erases the secrets of ended jobs: at once where `eraseAt` is null, else then. Bodies without a result to live as long as
 * are treated alike.
 */
export async function eraseSecrets(tx: Tx, ended: { jobId: string; eraseAt: Date | null }[]): Promise<void> {
  const now = ended.filter((entry) => entry.eraseAt === null).map((entry) => entry.jobId);
  const later = ended.filter((entry) => entry.eraseAt !== null);
  if (now.length > 0) await tx.run('erase_secrets', 'delete from job_secret where job_id = any($1::uuid[])', [now]);
  if (later.length > 0) {
    await tx.run(
      'erase_secrets_later',
      `update job_secret set erase_at = t.at from unnest($1::uuid[], $2::timestamptz[]) as t(id, at) where job_id = t.id`,
      [later.map((entry) => entry.jobId), later.map((entry) => entry.eraseAt)],
    );
  }
}

export async function eraseBodies(tx: Tx, ended: { jobId: string; eraseAt: Date | null }[]): Promise<void> {
  const now = ended.filter((entry) => entry.eraseAt === null).map((entry) => entry.jobId);
  const later = ended.filter((entry) => entry.eraseAt !== null);
  if (now.length > 0) await tx.run('erase_bodies', 'delete from job_body where job_id = any($1::uuid[])', [now]);
  if (later.length > 0) {
    await tx.run(
      'erase_bodies_later',
      `update job_body set erase_at = t.at from unnest($1::uuid[], $2::timestamptz[]) as t(id, at) where job_id = t.id`,
      [later.map((entry) => entry.jobId), later.map((entry) => entry.eraseAt)],
    );
  }
}

export function toJson(value: unknown): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value);
}
