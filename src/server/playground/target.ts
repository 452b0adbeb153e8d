import { setTimeout as pause } from 'node:timers/promises';
import { playgroundLimits } from '#src/domain/limits.ts';
import { TooManyTries } from '#src/server/call/tries.ts';
import type { HttpRequest, HttpResponse } from '#src/server/http/http.ts';
import { makeWalks, readCount, readPlan, type Walks } from './target-plan.ts';

const { delayMs: maxDelayMs, bytes: maxBytes, requestBytes, atOnce, retryAfterSeconds } = playgroundLimits;

type Answer = { status: number; headers: Record<string, string>; body: string | Uint8Array };

/**
 * Makes an API for trying Ringback out. `?plan=429,503,200` responds with one status after the other and then starts
 * again. Callers are distinguished by `?key=`, else by `idempotency-key`. All others with the same plan share one
 * position in it.
 */
export function makeTarget(now: () => number): (request: HttpRequest) => Promise<HttpResponse> {
  const walks = makeWalks();
  let underWay = 0;
  return async (request) => {
    if (underWay >= atOnce)
      throw new TooManyTries(retryAfterSeconds, `the target answers ${atOnce} requests at once; try again in a moment`);
    underWay++;
    try {
      return await answerTo(request, walks, now);
    } finally {
      underWay--;
    }
  };
}

async function answerTo(request: HttpRequest, walks: Walks, now: () => number): Promise<HttpResponse> {
  const { query, headers } = request;
  const plan = readPlan(query.get('plan') ?? '200', 'plan');
  const delayMs = readCount(query, 'delay', maxDelayMs);
  const bytes = query.has('bytes') ? readCount(query, 'bytes', maxBytes) : null;
  const bodySize = (await request.body(requestBytes)).length;
  const key = query.get('key') ?? headers['idempotency-key'];
  const step = walks.next(key === undefined ? 'everybody' : `key ${key}`, plan);
  if (delayMs > 0) await delay(delayMs, request.signal);
  const arrived = { method: request.method, contentType: headers['content-type'] ?? null, bodySize };
  const answer = answerWith(plan[step] ?? 200, { ...arrived, attempt: step + 1, plan }, now());
  return withoutForbiddenBody(bytes === null ? answer : ofSize(answer, bytes));
}

function answerWith(status: number, arrived: object, nowMs: number): Answer {
  if (status < 300) {
    const body = `${JSON.stringify({ ok: true, ...arrived }, null, 2)}\n`;
    return { status, headers: { 'content-type': 'application/json' }, body };
  }
  const headers = { 'content-type': 'text/plain; charset=utf-8' };
  if (status !== 429) return { status, headers, body: `The plan says ${status} now.\n` };
  const rateLimit = {
    'retry-after': String(retryAfterSeconds),
    'x-ratelimit-limit': '60',
    'x-ratelimit-remaining': '0',
    'x-ratelimit-reset': String(Math.floor(nowMs / 1_000) + retryAfterSeconds),
  };
  return { status, headers: { ...headers, ...rateLimit }, body: 'Too many requests, says the plan.\n' };
}

let filler: Uint8Array | undefined;

/**
 * Returns the response with a body of the given size. All such bodies share one buffer, so that many large responses at
 * once use no extra memory.
 */
function ofSize(answer: Answer, bytes: number): Answer {
  filler ??= Buffer.alloc(maxBytes, 'Ringback. ');
  return { ...answer, headers: { ...answer.headers, 'content-type': 'text/plain' }, body: filler.subarray(0, bytes) };
}

function withoutForbiddenBody({ status, headers, body }: Answer): HttpResponse {
  if (status !== 204 && status !== 205 && status !== 304) return { status, headers, body };
  const { 'content-type': _, ...rest } = headers;
  return { status, headers: rest };
}

async function delay(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await pause(ms, undefined, { signal });
  } catch (error) {
    // The caller has disconnected, so nobody reads the response.
    if (!signal.aborted) throw error;
  }
}
