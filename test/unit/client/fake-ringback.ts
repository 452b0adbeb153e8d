import { vi } from 'vitest';
import { createRingback } from '#src/client/index.ts';
import type { SubmittedJob } from '#src/contract/job/job.ts';

/** A call as the client made it. */
export type Call = { method: string; path: string; input: unknown; headers: Headers; signal: AbortSignal | null };

/** What to answer: a Response, or an error to throw as `fetch` does. */
export type Answer = Response | Error | Promise<Response>;

export const url = 'https://ringback.test';
export const apiKey = 'rbk_test';

/** A `fetch` that keeps every call and answers them one after another; the last answer holds from then on. */
export function fakeFetch(...answers: (Answer | ((call: Call) => Answer))[]) {
  const calls: Call[] = [];
  const fetch: typeof globalThis.fetch = async (target, init = {}) => {
    const { pathname, searchParams, search } = new URL(String(target));
    const query = searchParams.get('input');
    const body = typeof init.body === 'string' ? init.body : query;
    const call: Call = {
      method: init.method ?? 'GET',
      path: pathname + (query === null ? search : ''),
      input: body === null ? undefined : JSON.parse(body),
      headers: new Headers(init.headers),
      signal: init.signal ?? null,
    };
    calls.push(call);
    const answer = answers[Math.min(calls.length, answers.length) - 1];
    const made = typeof answer === 'function' ? answer(call) : answer;
    if (made === undefined) throw new Error('nothing to answer');
    if (made instanceof Error) throw made;
    return made instanceof Response ? made.clone() : made;
  };
  return { fetch, calls };
}

/** Answers only once the call is given up. */
export function never(call: Call): Promise<Response> {
  return new Promise((_, reject) => {
    if (call.signal?.aborted) reject(call.signal.reason);
    call.signal?.addEventListener('abort', () => reject(call.signal?.reason));
  });
}

/** An answer of a tRPC procedure. */
export function data(value: unknown): Response {
  return Response.json({ result: { data: value } });
}

/** True for the submission of one job: by tRPC, or by REST where the client waits for the end too. */
export function isSubmission(call: Call): boolean {
  return call.path.endsWith('jobs.submit') || (call.method === 'POST' && call.path === '/v1/jobs');
}

/** The answer to the submission of a job that has not ended. */
export function submitted(call: Call): Response {
  return call.path === '/v1/jobs' ? Response.json(aJob(), { status: 202 }) : data(aJob());
}

/** A refusal as tRPC carries it. */
export function refusal(status: number, code: string, fields: object = {}, headers: Record<string, string> = {}) {
  const shape = {
    message: `refused: ${code}`,
    code: -32600,
    data: { code, httpStatus: status, path: 'jobs.x', ...fields },
  };
  return Response.json({ error: shape }, { status, headers });
}

/** A refusal as REST carries it. */
export function problem(status: number, code: string, headers: Record<string, string> = {}): Response {
  const body = {
    type: `${url}/errors#${code}`,
    title: code,
    status,
    detail: `refused: ${code}`,
    code,
    requestId: 'r1',
  };
  return Response.json(body, { status, headers: { 'content-type': 'application/problem+json', ...headers } });
}

export function aJob(fields: Partial<SubmittedJob> = {}): SubmittedJob {
  return {
    ...{
      id: 'job_1',
      state: 'queued',
      waitReason: null,
      priority: 0,
      flow: null,
      run: null,
      upstream: null,
      method: 'GET',
      url: 'https://api.test/',
      headers: {},
    },
    ...{ labels: [], metadata: null, attempts: 0, maxAttempts: 25, createdAt: '2026-11-20T00:00:00.000Z', runAt: null },
    ...{ deadlineAt: null, startedAt: null, endedAt: null, nextAttemptAt: null, result: null, resultExpiredAt: null },
    ...{ error: null, lastFailure: null, callback: null, idempotencyKey: null, rerunOf: null, replayed: false },
    ...fields,
  };
}

/** A job that completed with this body. */
export function completed(body: string, fields: Partial<NonNullable<SubmittedJob['result']>> = {}): SubmittedJob {
  const result = {
    ...{
      status: 200,
      headers: {},
      contentType: 'application/json',
      size: body.length,
      truncated: false,
      omitted: false,
    },
    ...{ url: `${url}/v1/jobs/job_1/result`, expiresAt: '2026-11-21T00:00:00.000Z', body, encoding: 'utf8' as const },
    ...fields,
  };
  return aJob({ state: 'completed', attempts: 1, result });
}

/** Lets all waiting happen at once, and says how much of it there was. */
export async function settled<T>(promise: Promise<T>): Promise<{ value?: T; error?: unknown; tookMs: number }> {
  const begun = performance.now();
  let tookMs = -1;
  const outcome = promise
    .then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    )
    .finally(() => {
      tookMs = performance.now() - begun;
    });
  await vi.runAllTimersAsync();
  return { ...(await outcome), tookMs };
}

/** A client with a key, and the calls it makes. */
export function client(...answers: Parameters<typeof fakeFetch>) {
  const { fetch, calls } = fakeFetch(...answers);
  return { ringback: createRingback({ url, apiKey, fetch }), calls };
}

/** What `fetch` throws when nothing listens. */
export const down = () =>
  new TypeError('fetch failed', { cause: Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }) });
