import { z } from 'zod';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { isRecord, readShape, refuse } from '#src/contract/shape/shape.ts';
import { inJob } from '#src/contract/submit/in-job.ts';
import { parseSubmit } from '#src/contract/submit/parse-submit.ts';
import type { SubmitSpec } from '#src/contract/submit/submit-spec.ts';
import type { ConnectionErrorCode, HeaderList, Outcome, Timings } from '#src/domain/decide/outcome.ts';
import { type SimulatedAttempt, type Simulation, simulate } from '#src/domain/decide/simulate.ts';
import { parseIsoDate } from '#src/domain/text/date-text.ts';
import { type SimulateAnswer, type SimulatedOutcome, simulateSchema, type TimeRange } from './simulation.ts';

/** A checked input of `retry.simulate`. `startMs` is null for a start at the time of the call. */
export type Trial = { spec: SubmitSpec; outcomes: SimulatedOutcome[]; startMs: number | null };

/** The target of a simulation without a URL. Nothing is sent to it. */
const anyUrl = 'https://api.example.com/';
/** The failures after which the target cannot have received the request. */
const sendsNothing: ReadonlySet<string> = new Set<ConnectionErrorCode>([
  ...(['dns_error', 'connection_refused', 'network_unreachable', 'tls_certificate', 'tls_error'] as const),
]);
/** `parseSubmit` checks `job`, because its messages name the wrong field. */
const trialShape = simulateSchema.extend({ job: z.unknown().optional() });

/** Checks an input of `retry.simulate`. Throws the refusals of a submission, with the field's path below `job`. */
export function readTrial(input: unknown): Trial {
  const { job = {}, outcomes, startAt } = readShape(trialShape, input);
  if (!isRecord(job)) throw refuse('invalid_input', 'job', 'must be an object with fields of a submission.');
  if (job.upstream !== undefined)
    throw refuse('not_supported_yet', 'job.upstream', 'is not looked up by a simulation. Give its `retry` instead.');
  for (const [index, outcome] of outcomes.entries()) {
    if (typeof outcome === 'object' && 'status' in outcome && outcome.body !== undefined && outcome.json !== undefined)
      throw refuse('invalid_input', `outcomes.${index}`, 'has both `body` and `json`. Send one of them.');
  }
  const startMs = startAt === undefined ? null : parseIsoDate(startAt);
  if (startAt !== undefined && startMs === null)
    throw refuse('invalid_input', 'startAt', 'must be a time like "2026-11-20T12:00:00Z".');
  try {
    return { spec: parseSubmit({ url: anyUrl, ...job }), outcomes, startMs };
  } catch (error) {
    throw error instanceof Refusal ? inJob(error) : error;
  }
}

/** Returns what the policy does, by the code that decides for jobs: once with the usual waits, and with the outer ones. */
export function runSimulation({ spec, outcomes: given, startMs: asked }: Trial, nowMs: number): SimulateAnswer {
  const startMs = asked ?? nowMs;
  const outcomes = given.map((one) => toOutcome(one, spec.timeoutMs));
  const deadlineAtMs = spec.deadlineSeconds === null ? null : startMs + spec.deadlineSeconds * 1_000;
  const run = (random: number) => simulate({ policy: spec.policy, outcomes, startMs, random, deadlineAtMs });
  const usual = run(0.5);
  const others = [run(0), usual, run(1 - Number.EPSILON)];
  const attempts = usual.attempts.map(({ number, decision }, index) => ({
    number,
    decision,
    startsAfterMs: rangeOf(others, index, (attempt) => attempt.startMs - startMs) ?? { min: 0, max: 0 },
    delayMs: decision.then === 'retry' ? rangeOf(others, index, delayOf) : null,
  }));
  const last = usual.attempts.at(-1)?.decision;
  return { attempts, end: usual.end, error: last?.then === 'fail' ? last.error : null };
}

const delayOf = ({ decision }: SimulatedAttempt) => (decision.then === 'retry' ? decision.delayMs : null);

/** Returns the least and the most of a value of one attempt in several runs. A run without it does not count. */
function rangeOf(
  runs: readonly Simulation[],
  index: number,
  read: (attempt: SimulatedAttempt) => number | null,
): TimeRange | null {
  const values = runs.flatMap(({ attempts }) => {
    const attempt = attempts[index];
    const value = attempt && read(attempt);
    return typeof value === 'number' ? [value] : [];
  });
  return values.length === 0 ? null : { min: Math.min(...values), max: Math.max(...values) };
}

const timed = (totalMs: number): Timings => ({
  ...{ dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null, bodyMs: null },
  totalMs,
});

function toOutcome(given: SimulatedOutcome, timeoutMs: number): Outcome {
  if (typeof given === 'number') return toOutcome({ status: given }, timeoutMs);
  if ('status' in given) {
    const { status, headers = {}, body, json, durationMs = 0 } = given;
    // An attempt that takes longer than the job allows ends by its time limit.
    if (durationMs > timeoutMs) return toOutcome({ failure: 'timeout' }, timeoutMs);
    const text = body ?? (json === undefined ? '' : JSON.stringify(json));
    return {
      kind: 'response',
      status,
      headers: headerList(headers),
      body: new TextEncoder().encode(text),
      truncated: false,
      redirects: [],
      remoteAddress: null,
      timings: timed(durationMs),
    };
  }
  const { failure, sent = !sendsNothing.has(failure), durationMs } = given;
  if (failure === 'interrupted') return { kind: 'interrupted', by: 'worker_lost' };
  if (failure === 'timeout') {
    const totalMs = durationMs ?? timeoutMs;
    return {
      kind: 'timeout',
      afterMs: totalMs,
      phase: sent ? 'headers' : 'connect',
      requestSent: sent,
      timings: timed(totalMs),
    };
  }
  const message = `The attempt ended with ${failure}.`;
  return { kind: 'connection_error', code: failure, message, requestSent: sent, timings: timed(durationMs ?? 0) };
}

function headerList(headers: Record<string, string | string[]>): HeaderList {
  return Object.entries(headers).flatMap(([name, values]) =>
    [values].flat().map((value): [string, string] => [name.toLowerCase(), value]),
  );
}
