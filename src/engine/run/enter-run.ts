import type { EnteredStep, RunEntry } from '#src/contract/run/run-turn.ts';
import { runLimits } from '#src/domain/limits.ts';
import { formatId, parseId } from '#src/domain/text/id.ts';
import type { Clock, Links, Reads } from '#src/engine/deps.ts';
import { toJob } from '#src/engine/show/to-job.ts';
import type { Tx } from '#src/store/db/database.ts';
import { findJobs } from '#src/store/job/read-jobs.ts';
import { findStepRequests } from '#src/store/run/run-job-rows.ts';
import { findRunParts, numberEnds, type RunPartRow } from '#src/store/run/run-part-rows.ts';
import { findRetries, findRun, lockRuns, type RunRow } from '#src/store/run/run-rows.ts';
import { openRunSecret } from '#src/store/seal/sealed-parts.ts';
import { callbackStart } from './callback-link.ts';
import { isToken } from './run-token.ts';

/** What a route proves its turn with. */
export type TurnProof = { run: string; turn: number; token: string };

/** Returns true if the run is in this turn, and the token is that of the turn. */
export function isPresentTurn(row: RunRow | undefined, projectId: string, { turn, token }: TurnProof): row is RunRow {
  const isThere = row !== undefined && row.project_id === projectId;
  return isThere && row.state === 'running' && row.turn === turn && isToken(token, row.token_hash);
}

/**
 * Lets a route enter its run: returns the payload and the steps so far. Steps that have ended since the last entry are
 * numbered, so that every later entry sees them end in the same order. Answers `stale` for any other turn or token.
 */
export async function enterRun(deps: Reads & Links & Clock, projectId: string, proof: TurnProof): Promise<RunEntry> {
  const id = parseId('run', proof.run);
  if (id === null) return { state: 'stale' };
  return deps.db.transaction(async (tx): Promise<RunEntry> => {
    const [row] = await lockRuns(tx, [id]);
    if (!isPresentTurn(row, projectId, proof)) return { state: 'stale' };
    await numberEnds(tx, id);
    const parts = await findRunParts(tx, id);
    return {
      state: 'entered',
      payload: row.payload ?? 'null',
      thrown: (await findRetries(tx, row.turn_job_id))?.['500'] ?? 0,
      callbackUrl: callbackStart(deps.publicUrl, id),
      callbackSecret: openRunSecret(deps.cipher, id, row.secret),
      steps: await enteredSteps(tx, deps, projectId, parts, runLimits.entryResultBytes),
    };
  });
}

/** Returns one step with its result, however large it is; null if there is none, or the turn is over. */
export async function readStep(
  deps: Reads & Links & Clock,
  projectId: string,
  proof: TurnProof,
  key: string,
): Promise<EnteredStep | null> {
  const id = parseId('run', proof.run);
  if (id === null) return null;
  return deps.db.transaction(async (tx) => {
    if (!isPresentTurn(await findRun(tx, projectId, id), projectId, proof)) return null;
    const parts = (await findRunParts(tx, id)).filter((part) => part.key === key);
    return (await enteredSteps(tx, deps, projectId, parts, Number.POSITIVE_INFINITY))[0] ?? null;
  });
}

/** Returns steps as the route sees them. Results up to `most` bytes come with them, while there is room. */
export async function enteredSteps(
  tx: Tx,
  deps: Links,
  projectId: string,
  parts: readonly RunPartRow[],
  most: number,
): Promise<EnteredStep[]> {
  const jobIds = parts.flatMap((part) => part.job_id ?? []);
  const requests = new Map(
    jobIds.length === 0 ? [] : (await findStepRequests(tx, jobIds)).map((row) => [row.id, row] as const),
  );
  let room: number = Math.max(runLimits.entryBytes, most);
  const whole = parts.flatMap((part) => {
    const size = part.job_id === null ? Number.POSITIVE_INFINITY : (requests.get(part.job_id)?.size ?? 0);
    if (part.seq === null || part.job_id === null || size > most || size > room) return [];
    room -= size;
    return [part.job_id];
  });
  const jobs = new Map(
    whole.length === 0 ? [] : (await findJobs(tx, projectId, whole)).map((job) => [job.id, job] as const),
  );
  // A run reads the results of its jobs until it has ended, also after the time for which others can.
  const asOf = new Date(0);
  return parts.map((part): EnteredStep => {
    const job = part.job_id === null ? undefined : jobs.get(part.job_id);
    const request = part.job_id === null ? undefined : requests.get(part.job_id);
    return {
      key: part.key,
      kind: part.kind,
      seq: part.seq,
      result: part.result,
      jobId: part.job_id === null ? null : formatId('job', part.job_id),
      request: request === undefined ? null : `${request.method} ${request.url.split('?', 1)[0]}`,
      job: job === undefined ? null : toJob(job, { asOf }, deps),
    };
  });
}
