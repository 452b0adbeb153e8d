import type { Job, SubmittedJob } from '#src/contract/job/job.ts';
import { isTerminal } from '#src/domain/decide/job-state.ts';
import { holdStream, tryHoldStream } from '#src/server/call/open-streams.ts';
import type { HttpResponse } from '#src/server/http/http.ts';
import { json } from '#src/server/http/wire.ts';
import { waitForEnd } from '#src/server/jobs/submit-jobs.ts';
import type { ServerDeps } from '#src/server/server-deps.ts';
import type { RestCall } from './route.ts';

type Headers = Record<string, string>;

/** Answers 200 with a job that has ended, or 202 with one that has not and the time after which to ask again. */
export async function submitted(job: SubmittedJob, call: RestCall): Promise<HttpResponse> {
  const { deps, request, waitSeconds } = call;
  const replayed: Headers = job.replayed ? { 'idempotent-replayed': 'true' } : {};
  if (waitSeconds === null) return accepted(deps, job, replayed);
  const actor = await call.actor();
  // A caller who waits for too many jobs gets this one at once, because a refusal would hide that it was stored.
  if (tryHoldStream('waits', actor, request.signal) === null) return accepted(deps, job, replayed);
  const ended = await waitForEnd(deps, actor, job, waitSeconds, request.signal);
  const applied = { ...replayed, 'preference-applied': `wait=${waitSeconds}` };
  return accepted(deps, { ...ended, replayed: job.replayed }, applied);
}

function accepted(deps: ServerDeps, job: SubmittedJob, headers: Headers): HttpResponse {
  if (isTerminal(job.state)) return json(200, job, { ...headers, location: location(deps, job) });
  return json(202, job, { ...headers, location: location(deps, job), 'retry-after': retryAfter(job, deps.now()) });
}

/** Answers the job, after waiting for its end if the caller asked for that. */
export async function shown(before: Job, call: RestCall): Promise<HttpResponse> {
  const { deps, waitSeconds } = call;
  const job = waitSeconds === null ? before : await waited(before, call, waitSeconds);
  return json(200, job, isTerminal(job.state) ? {} : { 'retry-after': retryAfter(job, deps.now()) });
}

async function waited(before: Job, { deps, request, actor }: RestCall, seconds: number): Promise<Job> {
  const caller = await actor();
  holdStream('waits', caller, request.signal);
  return waitForEnd(deps, caller, before, seconds, request.signal);
}

function location(deps: ServerDeps, job: Job): string {
  return `${deps.publicUrl}/v1/jobs/${job.id}`;
}

/** Returns the `Retry-After` of a job: the seconds until its next attempt. */
function retryAfter(job: Job, nowMs: number): string {
  const dueMs = job.nextAttemptAt === null ? 0 : Date.parse(job.nextAttemptAt) - nowMs;
  return String(Math.min(60, Math.max(1, Math.ceil(dueMs / 1000))));
}
