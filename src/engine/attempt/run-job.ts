import type { Outcome } from '#src/domain/decide/outcome.ts';
import type { Clock, Logs, Seals, Upstreams } from '#src/engine/deps.ts';
import type { GroupCommit } from '#src/engine/pump/group-commit.ts';
import type { Slot } from '#src/engine/pump/under-way.ts';
import type { EventWriter } from '#src/engine/stream/event-writer.ts';
import { KeptStream } from '#src/engine/stream/keep-stream.ts';
import { beginAttempt, carrySpan } from '#src/engine/trace/job-spans.ts';
import { endSpan } from '#src/engine/trace/outcome-facts.ts';
import type { Tracer } from '#src/engine/tracer.ts';
import { type Lent, lentHeaders } from '#src/engine/upstream/lent-headers.ts';
import type { OutboundRequest, Send } from '#src/outbound/request.ts';
import type { ClaimedJob } from '#src/store/job/claim-jobs.ts';
import { SealError } from '#src/store/seal/cipher.ts';
import type { EgressHealth } from './egress-health.ts';
import { jobRequest } from './job-request.ts';
import { secretsOf } from './known-secrets.ts';
import type { EndedAttempt } from './settlement.ts';
import { aborted, abortedOutcome, throughOutages } from './through-outages.ts';

/**
 * Options of a worker's attempts. `send` sends a request; `egress` records its outcome, and so does `onEnded`, which
 * gets the request as it was sent.
 */
export type RunOptions = {
  worker: { id: string; name: string };
  maxResponseBytes: number;
  send: Send;
  egress: EgressHealth;
  /** Writes the events of jobs whose streams are kept; absent: there are none. */
  events?: EventWriter;
  /** Makes a span of each attempt; absent or null: traces are off. */
  tracer?: Tracer | null;
  onEnded?: (job: ClaimedJob, request: OutboundRequest, outcome: Outcome) => void;
};

const nothingLent: Lent = { headers: [], tls: null };

/** Returns the function that makes one attempt of a claimed job and passes its outcome to `settle`. */
export function makeRunJob(
  deps: Seals & Upstreams & Clock & Logs,
  options: RunOptions,
  settle: GroupCommit<EndedAttempt, undefined>,
): (job: ClaimedJob, slot: Slot) => Promise<void> {
  return async (job, slot) => {
    const signal = slot.hold(job.id, { bytes: job.body?.byteLength ?? 0 });
    const startedAt = new Date(deps.now());
    let secrets: string[] = [];
    let sent: OutboundRequest | null = null;
    const span = options.tracer ? beginAttempt(options.tracer, job, options.worker.name) : null;
    const { stream: kind } = job.options;
    const stream =
      kind === undefined || !options.events
        ? null
        : new KeptStream(job, kind, options.events, options.maxResponseBytes);
    const outcome = await makeAttempt(async () => {
      const lent =
        job.upstream_id === null
          ? nothingLent
          : await throughOutages(() => lentHeaders(job, deps.upstreams, deps), signal);
      if (lent === aborted) return abortedOutcome;
      if (typeof lent === 'string') return { ...unsendable(lent), lacks: 'upstream' };
      const plain = carrySpan(jobRequest(job, deps, { ...options, lent: lent.headers }), span);
      const request = lent.tls === null ? plain : { ...plain, tls: lent.tls };
      secrets = secretsOf(request, job.options.redact.query);
      sent = request;
      return options.send(stream === null ? { ...request, signal } : { ...request, signal, takeBody: stream.takeBody });
    }, deps);
    slot.requestEnded();
    if (span !== null) endSpan(span, outcome);
    options.egress.note(job.url, outcome);
    if (sent !== null) options.onEnded?.(job, sent, outcome);
    if (signal.reason === 'lost') return stream?.drop();
    const facts = { job, secrets, startedAt, worker: options.worker.name };
    const end = stream === null ? { outcome } : await endOf(stream, outcome);
    const ended = { ...facts, ...end, endedAt: new Date(deps.now()) };
    await settle.add(ended).catch((error: unknown) => deps.log.error({ err: error }, 'settling failed'));
  };
}

/** Returns the outcome after all events of the stream are stored. Events that cannot be stored end the job. */
function endOf(stream: KeptStream, outcome: Outcome): Promise<Pick<EndedAttempt, 'outcome' | 'unstorable'>> {
  return stream.end(outcome).then(
    (made) => ({ outcome: made }),
    (error: unknown) => ({ outcome, unstorable: (error as Error).message }),
  );
}

/**
 * Runs an attempt and returns its outcome. Network faults come back as outcomes. An exception here is a bug, or an
 * encryption key that this worker does not have. With a missing key the job waits: another worker may have it.
 */
export async function makeAttempt(act: () => Promise<Outcome>, deps: Logs): Promise<Outcome> {
  try {
    const outcome = await act();
    // The address is logged for the operator only. The client that submitted the request must not learn internal
    // addresses.
    if (outcome.kind === 'blocked' && outcome.detail)
      deps.log.warn({ refused: outcome.message, address: outcome.detail }, 'the egress guard refused an address');
    return outcome;
  } catch (error) {
    deps.log.error({ err: error }, 'an attempt could not be made');
    const outcome = unsendable(`the request could not be made: ${(error as Error).message}`);
    return error instanceof SealError ? { ...outcome, lacks: 'key' } : outcome;
  }
}

/** Returns the outcome of an attempt for which nothing could be sent. */
export function unsendable(message: string): Extract<Outcome, { kind: 'invalid_request' }> {
  const timings = { dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null, bodyMs: null, totalMs: 0 };
  return { kind: 'invalid_request', message, timings };
}
