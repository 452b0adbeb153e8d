import type { SubmittedJob } from '#src/contract/job/job.ts';
import { Refusal } from '#src/contract/shape/error-code.ts';
import type { RerunEdits } from '#src/contract/submit/rerun-input.ts';
import type { HeaderSpec, SubmitSpec } from '#src/contract/submit/submit-spec.ts';
import { isTerminal } from '#src/domain/decide/job-state.ts';
import { unpackPolicy } from '#src/domain/policy/stored-policy.ts';
import { mask } from '#src/domain/redact/redact.ts';
import { formatId } from '#src/domain/text/id.ts';
import type { Clock, Guards, Reads, Routes, Seals, Upstreams } from '#src/engine/deps.ts';
import { loadJob } from '#src/engine/read/read-job.ts';
import type { FullJobRow } from '#src/store/job/job-row.ts';
import { findRequestSecrets, type RequestSecretsRow } from '#src/store/job/read-jobs.ts';
import {
  openBody,
  openCallbackSecrets,
  openRequestSecrets,
  type ReceiverSecrets,
  type RequestSecrets,
} from '#src/store/seal/sealed-parts.ts';
import type { GatewayCall } from './gateway-call.ts';
import { prepareJob, type Submitter } from './prepare-job.ts';
import { isElsewhere, type PlainEdits, plainEdits } from './rerun-edits.ts';
import { notSent } from './rerun-refusals.ts';
import { namedUpstreams, ofUpstream, usedUpstream, withUrl } from './rerun-upstream.ts';
import type { Submit } from './submit.ts';
import { withEdits } from './with-edits.ts';

/**
 * Runs a job again as a new job, with or without edits. The idempotency key moves to the new job. Throws `not_found`,
 * `not_ended`, `body_expired`, `secrets_erased`, and the errors of a submission.
 */
export async function rerunJob(
  deps: Reads & Seals & Routes & Upstreams & Guards & Clock,
  submit: Submit,
  submitter: Submitter,
  id: string,
  given: RerunEdits = {},
): Promise<SubmittedJob> {
  const job = await loadJob(deps, submitter.projectId, id);
  const [stored] = await findRequestSecrets(deps.db, [job.id]);
  refuseUnended(job);
  const named = namedUpstreams(job, given);
  const upstreams = named.length === 0 ? [] : await deps.upstreams.of(submitter.projectId, named);
  const { edits, upstream } = withUrl(job, given, upstreams);
  const real = realParts(job, stored, deps);
  const plain = plainEdits(job, edits, { ...real, url: real.secrets?.url ?? null });
  const original = specOf(job, plain, real);
  const edited = Object.keys(edits).length === 0 ? original : withEdits(original, plain.edits);
  const spec =
    upstream === null
      ? ofUpstream(edited, job, upstreams, edits.url !== undefined)
      : { ...edited, upstream: usedUpstream(upstream) };
  const receivers = spec.callback?.endpoint ? await deps.receivers.of(submitter.projectId) : [];
  return submit(prepareJob(spec, submitter, deps, { rerunOf: job.id, receivers, ...gatewayOf(job, stored) }));
}

/** Returns what makes the new job the call of the same gateway, so that a response is made again as a response. */
export function gatewayOf(
  { gateway, callback }: FullJobRow,
  stored: RequestSecretsRow | undefined,
): Partial<GatewayCall> {
  if (gateway === null || stored === undefined) return {};
  const { model, asked, key_digest: keyDigest } = stored;
  const format = callback?.format && { callbackFormat: callback.format };
  return { gateway, call: { model, asked, digest: null, keyDigest }, ...format };
}

function refuseUnended(job: FullJobRow): void {
  if (!isTerminal(job.state))
    throw new Refusal('not_ended', `${formatId('job', job.id)} has not ended; cancel it first`, 'id');
}

/**
 * Returns the job's submission with its real values. Throws `not_ended`, or a refusal that names the part that was
 * erased.
 */
export function originalSpec(job: FullJobRow, stored: RequestSecretsRow | undefined, deps: Seals): SubmitSpec {
  refuseUnended(job);
  const real = realParts(job, stored, deps);
  return specOf(job, plainEdits(job, {}, { ...real, url: real.secrets?.url ?? null }), real);
}

/** Parts of a job that are not shown and still stored: the real values of masked parts, and the body. */
type RealParts = {
  secrets: RequestSecrets | null;
  body: Uint8Array | null;
  bodySealed: boolean;
  callback: ReceiverSecrets | null;
};

function realParts(job: FullJobRow, stored: RequestSecretsRow | undefined, deps: Seals): RealParts {
  const bodySealed = stored?.body_sealed === true;
  return {
    secrets: stored?.secrets ? openRequestSecrets(deps.cipher, job.id, stored.secrets) : null,
    body: stored?.body ? openBody(deps.cipher, job.id, stored.body, bodySealed) : null,
    bodySealed,
    callback: stored?.callback_secrets ? openCallbackSecrets(deps.cipher, job.id, stored.callback_secrets) : null,
  };
}

/**
 * Returns the job's submission without the parts that the edits replace. Throws a refusal if a part that the edits do
 * not replace was erased.
 */
function specOf(
  job: FullJobRow,
  { edits, replaced, without }: PlainEdits,
  { secrets, body, bodySealed, callback }: RealParts,
): SubmitSpec {
  const newBody = edits.body !== undefined || edits.json !== undefined || without.body;
  if (job.options.hadBody && body === null && !newBody) {
    throw new Refusal(
      'body_expired',
      'the request body was deleted with the result; give body or json in the edits',
      'edits.body',
    );
  }
  const { options } = job;
  refuseOtherOrigin(job, edits.url, { replaced, secrets, bodyKept: bodySealed && !newBody });
  return {
    url: edits.url === undefined ? realUrl(job, secrets) : job.url,
    upstream: null,
    method: job.method,
    headers: realHeaders(job, secrets, replaced),
    body: without.body ? null : body,
    policy: unpackPolicy(options.policy),
    timeoutMs: options.timeoutMs,
    redirect: options.redirect,
    idempotencyKey: null,
    sendIdempotencyKey: options.sendIdempotencyKey,
    callback: edits.callback === undefined && !without.callback ? originalCallback(job, callback) : null,
    resultTtlSeconds: options.resultTtlSeconds,
    keepSecretsSeconds: options.keepSecretsSeconds,
    runAt: null,
    delaySeconds: null,
    deadlineSeconds: without.deadline ? null : options.deadlineSeconds,
    priority: job.priority,
    flow: options.flow === undefined ? null : { key: options.flow, concurrency: null, rate: null },
    stream: options.stream ?? null,
    labels: job.labels,
    metadata: job.metadata ?? null,
    redact: options.redact,
  };
}

/**
 * Throws `secrets_erased` if an edited URL has another origin and a secret header or body would be sent there. Secrets
 * do not follow a redirect to another origin either. The edits must contain the secrets again.
 */
function refuseOtherOrigin(
  job: FullJobRow,
  url: unknown,
  kept: { replaced: Set<string>; secrets: RequestSecrets | null; bodyKept: boolean },
): void {
  if (!isElsewhere(job, url)) return;
  const header = kept.secrets?.headers.find(
    ([index]) => !kept.replaced.has(job.headers[index]?.[0].toLowerCase() ?? ''),
  );
  if (header) throw notSent(`the header ${job.headers[header[0]]?.[0]}`, 'edits.headers');
  if (kept.bodyKept) throw notSent('the request body', 'edits.body');
}

function realUrl(job: FullJobRow, secrets: RequestSecrets | null): string {
  if (secrets?.url) return secrets.url;
  if (job.options.redact.query.length > 0 && job.url.includes(encodeURIComponent(mask)))
    throw erased('the URL', 'edits.url');
  return job.url;
}

/** Returns the headers with their real values, without those that the edits replace. Throws `secrets_erased`. */
function realHeaders(job: FullJobRow, secrets: RequestSecrets | null, edited: Set<string>): HeaderSpec[] {
  const real = new Map(secrets?.headers ?? []);
  return job.headers.flatMap(([name, shown], index): HeaderSpec[] => {
    if (edited.has(name.toLowerCase())) return [];
    const value = real.get(index);
    if (value !== undefined) return [{ name, value, masked: shown }];
    if (shown.includes(mask)) throw erased(`the header ${name}`, 'edits.headers');
    return [{ name, value: shown, masked: null }];
  });
}

function originalCallback(job: FullJobRow, real: ReceiverSecrets | null): SubmitSpec['callback'] {
  if (job.callback === null) return null;
  const url = real?.url ?? job.callback.url;
  if (url?.includes(mask)) throw erased('the callback URL', 'edits.callback');
  const headers = Object.entries(job.callback.headers).map(([name, shown]): HeaderSpec => {
    const value = real?.headers[name];
    if (value !== undefined) return { name, value, masked: shown };
    if (shown.includes(mask)) throw erased(`the callback header ${name}`, 'edits.callback');
    return { name, value: shown, masked: null };
  });
  return {
    ...job.callback,
    url,
    giveUpOn: job.callback.giveUpOn ?? null,
    endpoint: job.callback.endpoint?.name ?? null,
    headers,
  };
}

function erased(what: string, field: string): Refusal {
  return new Refusal(
    'secrets_erased',
    `${what} held a secret that was erased when the job ended; give it anew in the edits`,
    field,
  );
}
