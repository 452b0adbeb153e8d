import type { Attempt, Job } from '#src/contract/job/job.ts';
import { parseSubmit } from '#src/contract/submit/parse-submit.ts';
import type { Upstream, UpstreamTest } from '#src/contract/upstream/upstream.ts';
import type { UpstreamTestInput } from '#src/contract/upstream/upstream-input.ts';
import { limits, upstreamLimits } from '#src/domain/limits.ts';
import { limitHeader } from '#src/domain/upstream/limit-headers.ts';
import { getAttempts } from '#src/engine/read/read-job.ts';
import { prepareJob } from '#src/engine/submit/prepare-job.ts';
import { getUpstream } from '#src/engine/upstream/upstreams.ts';
import { withUpstream } from '#src/engine/upstream/with-upstream.ts';
import type { Actor } from '#src/server/call/actor.ts';
import type { ServerDeps } from '#src/server/server-deps.ts';
import { submitter, waitForEnd } from './submit-jobs.ts';

const testLabel = 'upstream-test';

/**
 * Asks an upstream with its credentials, and tells what it answered. A job does it, by a worker, so that it goes the way
 * of all jobs. It makes one attempt, and waits for no flow. Throws `not_found`, and `invalid_input` for a wrong path.
 */
export async function testUpstream(
  deps: ServerDeps,
  actor: Actor,
  { id, path }: UpstreamTestInput,
  signal: AbortSignal | undefined,
): Promise<UpstreamTest> {
  const upstream = await getUpstream(deps, actor.projectId, id);
  const spec = parseSubmit({
    upstream: upstream.name,
    path: path ?? usualPath(upstream),
    retry: 'none',
    timeout: { durationInMs: upstreamLimits.testTimeoutMs },
    deadlineSeconds: upstreamLimits.testMs / 1_000,
    accept: 'any',
    redirect: 'manual',
    onOversize: 'truncate',
    priority: limits.priority.max,
    labels: [testLabel],
  });
  const placed = await withUpstream(deps.upstreams, actor.projectId, spec);
  const made = await deps.submit(prepareJob({ ...placed, flow: null }, submitter(actor), deps));
  const seconds = upstreamLimits.testMs / 1_000;
  const job = await waitForEnd(deps, actor, made, seconds, signal ?? new AbortController().signal);
  const { attempts } = await getAttempts(deps, actor.projectId, job.id);
  return outcomeOf(job, attempts.at(-1));
}

function usualPath({ format }: Upstream): string {
  return format === 'openai' || format === 'anthropic' ? '/models' : '/';
}

function outcomeOf(job: Job, attempt: Attempt | undefined): UpstreamTest {
  const status = attempt?.status ?? null;
  const headers = Object.entries(attempt?.responseHeaders ?? {});
  return {
    url: job.url,
    status,
    ms: attempt?.timings?.totalMs ?? null,
    error: status === null ? errorOf(job, attempt) : null,
    limits: Object.fromEntries(headers.filter(([name]) => limitHeader.test(name))),
    job: job.id,
  };
}

function errorOf({ error, state }: Job, attempt: Attempt | undefined): UpstreamTest['error'] {
  if (attempt?.failure) return attempt.failure;
  if (error) return { code: error.code, message: error.message };
  const seconds = upstreamLimits.testMs / 1_000;
  return { code: 'timeout', message: `no worker had an answer within ${seconds} s; the job is ${state}` };
}
