import type { Job, SubmittedJob } from '#src/contract/job/job.ts';
import { type ListInput, listInput } from '#src/contract/job/job-filter-input.ts';
import { parseSubmit } from '#src/contract/submit/parse-submit.ts';
import { isTerminal } from '#src/domain/decide/job-state.ts';
import { limits } from '#src/domain/limits.ts';
import { jobPage } from '#src/engine/read/job-list.ts';
import { getAttempts, getJob } from '#src/engine/read/read-job.ts';
import { getRequestBody } from '#src/engine/read/read-job-page.ts';
import { cancelJob } from '#src/engine/settle/cancel.ts';
import { jobUuid } from '#src/engine/show/known-id.ts';
import { rerunJob } from '#src/engine/submit/rerun.ts';
import { requireScope } from '#src/server/call/actor.ts';
import type { HttpResponse } from '#src/server/http/http.ts';
import { asAttachment, json, readJson } from '#src/server/http/wire.ts';
import { batchOf, readEdits, submitBatch, submitOne, submitter, waitForEnd } from '#src/server/jobs/submit-jobs.ts';
import type { ServerDeps } from '#src/server/server-deps.ts';
import type { RestCall, RestRoute } from './route.ts';
import { parseWait, preferWait } from './wait.ts';

export const restRoutes: readonly RestRoute[] = [
  { method: 'POST', path: /^\/v1\/jobs$/, action: 'jobs.submit', audit: 'people', answer: submit },
  { method: 'GET', path: /^\/v1\/jobs$/, answer: list },
  { method: 'POST', path: /^\/v1\/jobs\/batch$/, action: 'jobs.submitMany', audit: 'people', answer: batch },
  { method: 'GET', path: /^\/v1\/jobs\/([^/]+)$/, answer: get },
  { method: 'GET', path: /^\/v1\/jobs\/([^/]+)\/body$/, answer: requestBody },
  { method: 'GET', path: /^\/v1\/jobs\/([^/]+)\/attempts$/, answer: attempts },
  { method: 'POST', path: /^\/v1\/jobs\/([^/]+)\/cancel$/, action: 'jobs.cancel', audit: 'people', answer: cancel },
  { method: 'POST', path: /^\/v1\/jobs\/([^/]+)\/rerun$/, action: 'jobs.rerun', audit: 'people', answer: rerun },
];

async function submit({ deps, actor, request }: RestCall): Promise<HttpResponse> {
  requireScope(actor, 'jobs:write');
  const seconds = preferWait(request.headers.prefer);
  const spec = parseSubmit(await readJson(request, limits.batchBytes));
  const job = await submitOne(deps, actor, spec, request.headers['idempotency-key'] ?? null);
  const replayed = job.replayed ? { 'idempotent-replayed': 'true' } : {};
  if (isTerminal(job.state) && seconds === null) return json(200, job, { ...replayed, location: location(deps, job) });
  if (seconds === null) return accepted(deps, job, replayed);
  const ended = await waitForEnd(deps, actor, job.id, seconds, request.signal);
  const answer: SubmittedJob = { ...ended, replayed: job.replayed };
  const applied = { ...replayed, 'preference-applied': `wait=${seconds}` };
  return isTerminal(ended.state)
    ? json(200, answer, { ...applied, location: location(deps, job) })
    : accepted(deps, answer, applied);
}

function accepted(deps: ServerDeps, job: SubmittedJob, headers: Record<string, string>): HttpResponse {
  return json(202, job, { ...headers, location: location(deps, job), 'retry-after': retryAfter(job, deps.now()) });
}

function location(deps: ServerDeps, job: Job): string {
  return `${deps.publicUrl}/v1/jobs/${job.id}`;
}

/** Returns the seconds to wait before asking again: not before the next attempt. */
function retryAfter(job: Job, nowMs: number): string {
  const dueMs = job.nextAttemptAt === null ? 0 : Date.parse(job.nextAttemptAt) - nowMs;
  return String(Math.min(60, Math.max(1, Math.ceil(dueMs / 1000))));
}

async function batch({ deps, actor, request }: RestCall): Promise<HttpResponse> {
  requireScope(actor, 'jobs:write');
  return json(200, await submitBatch(deps, actor, batchOf(await readJson(request, limits.batchBytes))));
}

async function get({ deps, actor, request, id }: RestCall): Promise<HttpResponse> {
  requireScope(actor, 'jobs:read');
  const seconds = parseWait(request.query.get('wait')) ?? preferWait(request.headers.prefer);
  const job =
    seconds === null
      ? await getJob(deps, actor.projectId, id)
      : await waitForEnd(deps, actor, id, seconds, request.signal);
  return json(200, job, isTerminal(job.state) ? {} : { 'retry-after': retryAfter(job, deps.now()) });
}

async function list({ deps, actor, request }: RestCall): Promise<HttpResponse> {
  requireScope(actor, 'jobs:read');
  return json(200, await jobPage(deps, actor.projectId, listInput.parse(queryInput(request.query))));
}

/** Reads the query. `?state=` may be repeated, and numbers come as text. */
export function queryInput(query: URLSearchParams): ListInput {
  const values: Record<string, unknown> = Object.fromEntries(query);
  const states = query.getAll('state');
  if (states.length > 1) values.state = states;
  if (typeof values.limit === 'string' && /^\d+$/.test(values.limit)) values.limit = Number(values.limit);
  return values as ListInput;
}

/** Answers the request body of a job, masked as `redact.body` demands. */
async function requestBody({ deps, actor, id }: RestCall): Promise<HttpResponse> {
  requireScope(actor, 'jobs:read');
  const { bytes, contentType } = await getRequestBody(deps, actor.projectId, id);
  return { status: 200, headers: asAttachment(contentType), body: bytes };
}

async function attempts({ deps, actor, id }: RestCall): Promise<HttpResponse> {
  requireScope(actor, 'jobs:read');
  return json(200, await getAttempts(deps, actor.projectId, id));
}

async function cancel({ deps, actor, id }: RestCall): Promise<HttpResponse> {
  requireScope(actor, 'jobs:write');
  return json(200, await cancelJob(deps, actor.projectId, jobUuid(id)));
}

async function rerun({ deps, actor, request, id }: RestCall): Promise<HttpResponse> {
  requireScope(actor, 'jobs:write');
  const edits = readEdits(await readJson(request, limits.batchBytes, {}));
  const job = await rerunJob(deps, deps.submit, submitter(actor), id, edits);
  return accepted(deps, job, {});
}
