import { answeredOutcome } from '#src/domain/decide/decide-delivery.ts';
import type { Outcome } from '#src/domain/decide/outcome.ts';
import { type KnownSecrets, maskedParameters } from '#src/domain/redact/redact.ts';
import { secretsOf } from '#src/engine/attempt/known-secrets.ts';
import { makeAttempt, type RunOptions, unsendable } from '#src/engine/attempt/run-job.ts';
import { aborted, abortedOutcome, throughOutages } from '#src/engine/attempt/through-outages.ts';
import type { Clock, Links, Logs, Reads } from '#src/engine/deps.ts';
import type { GroupCommit } from '#src/engine/pump/group-commit.ts';
import type { Slot } from '#src/engine/pump/under-way.ts';
import { beginDelivery, carrySpan } from '#src/engine/trace/job-spans.ts';
import { endSpan } from '#src/engine/trace/outcome-facts.ts';
import type { OpenSpan, Tracer } from '#src/engine/tracer.ts';
import type { DeliveryRow } from '#src/store/delivery/delivery-rows.ts';
import { smallBytes } from '#src/store/delivery/gate-rows.ts';
import { findTrace } from '#src/store/job/find-trace.ts';
import type { FullJobRow } from '#src/store/job/job-row.ts';
import { deliveryBytes, deliveryRequest } from './delivery-request.ts';
import { makeJobLoader } from './job-loader.ts';
import type { Signers } from './live-signers.ts';
import type { EndedDelivery } from './settle-delivery.ts';

/** Makes one attempt of a claimed delivery. `row` is its job, if the caller has it. */
export type RunDelivery = (delivery: DeliveryRow, row: FullJobRow | null, slot: Slot) => Promise<void>;

/** Returns the function that makes one attempt of a claimed delivery and passes its outcome to `settle`. */
export function makeRunDelivery(
  deps: Reads & Links & Clock & Logs,
  options: RunOptions & { signers: Signers },
  settle: GroupCommit<EndedDelivery, undefined>,
): RunDelivery {
  const loadJob = makeJobLoader(deps);
  const spanOf = async (tracer: Tracer, delivery: DeliveryRow, row: FullJobRow | null): Promise<OpenSpan> => {
    const { job_id: jobId } = delivery;
    // A trace must not fail a delivery: when its place cannot be read, the span begins a trace of its own.
    const read = async () => (jobId === null ? undefined : findTrace(deps.db, jobId).catch(() => undefined));
    return beginDelivery(tracer, delivery, options.worker.name, row === null ? await read() : row.options.trace);
  };
  return async (delivery, row, slot) => {
    const held = { bytes: largeBytes(delivery.body ?? row?.result_body), endpointId: delivery.endpoint_id };
    const signal = slot.hold(delivery.id, held);
    const startedAt = new Date(deps.now());
    let bytes: Buffer | null = null;
    let secrets: KnownSecrets = { names: [], values: [] };
    const span = options.tracer ? await spanOf(options.tracer, delivery, row) : null;
    const outcome = await makeAttempt(async () => {
      const payload = await throughOutages(() => deliveryBytes(delivery, row, loadJob, deps), signal);
      if (payload === aborted) return abortedOutcome;
      // The bytes are set before the other steps, so that a delivery that fails in one of them is stored with its
      // bytes.
      bytes = payload;
      const signers = await throughOutages(() => options.signers.of(delivery.project_id, delivery.endpoint_id), signal);
      if (signers === aborted) return abortedOutcome;
      if (payload === null)
        return { ...unsendable('the payload of this event was deleted before it was sent'), lacks: 'payload' };
      if (signers.length === 0) return unsigned;
      const request = carrySpan(deliveryRequest(delivery, payload, signers, deps), span);
      const names = maskedParameters(delivery.url);
      secrets = { names, values: secretsOf(request, names) };
      return answeredOutcome(await options.send({ ...request, signal }));
    }, deps);
    slot.requestEnded();
    if (span !== null) endSpan(span, outcome);
    const { url } = delivery;
    options.egress.note(url, outcome);
    const failed = outcome.kind === 'connection_error' || outcome.kind === 'timeout';
    const endedAt = new Date(deps.now());
    const egressDown = failed && (await options.egress.judge(url));
    if (signal.reason === 'lost') return;
    const ended = {
      delivery,
      bytes,
      outcome,
      secrets,
      egressDown,
      alone: failed && !options.egress.othersAnswer(url),
      startedAt,
      endedAt,
      worker: options.worker.name,
    };
    await settle.add(ended).catch((error: unknown) => deps.log.error({ err: error }, 'settling a delivery failed'));
  };
}

/**
 * Outcome of an attempt without a live signing secret. Nothing is sent: a receiver would refuse an unsigned event or,
 * worse, trust it. More attempts follow by the schedule, because a secret may be added.
 */
const unsigned: Outcome = {
  ...unsendable('there is no live secret to sign with: rotate the secret of the project or the endpoint'),
  lacks: 'signing_secret',
};

/**
 * Returns the bytes that count against the worker's memory: 0 for a small body, which does not count in the claim
 * either.
 */
function largeBytes(body: Buffer | null | undefined): number {
  return body && body.byteLength > smallBytes ? body.byteLength : 0;
}
