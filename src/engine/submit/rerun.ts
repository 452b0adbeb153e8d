import type { SubmittedJob } from '#src/contract/job/job.ts';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { parseSubmit } from '#src/contract/submit/parse-submit.ts';
import type { RerunEdits } from '#src/contract/submit/rerun-input.ts';
import type { SubmitInput } from '#src/contract/submit/submit-input.ts';
import type { HeaderSpec, SubmitSpec } from '#src/contract/submit/submit-spec.ts';
import { isTerminal } from '#src/domain/decide/job-state.ts';
import { unpackPolicy } from '#src/domain/policy/stored-policy.ts';
import { mask } from '#src/domain/redact/redact.ts';
import { formatId } from '#src/domain/text/id.ts';
import type { Clock, Guards, Reads, Routes, Seals } from '#src/engine/deps.ts';
import { loadJob } from '#src/engine/read/read-job.ts';
import type { FullJobRow } from '#src/store/job/job-row.ts';
import { findRequestSecrets, type RequestSecretsRow } from '#src/store/job/read-jobs.ts';
import {
  openBody,
  openCallbackHeaders,
  openRequestSecrets,
  type RequestSecrets,
} from '#src/store/seal/sealed-parts.ts';
import { prepareJob, type Submitter } from './prepare-job.ts';
import { type PlainEdits, plainEdits } from './rerun-edits.ts';
import type { Submit } from './submit.ts';

/** Runs a job again as a new one, with or without edits. The idempotency key moves to the new job. */
export async function rerunJob(
  deps: Reads & Seals & Routes & Guards & Clock,
  submit: Submit,
  submitter: Submitter,
  id: string,
  given: RerunEdits = {},
): Promise<SubmittedJob> {
  const job = await loadJob(deps, submitter.projectId, id);
  const [stored] = await findRequestSecrets(deps.db, [job.id]);
  refuseUnended(job);
  const real = realParts(job, stored, deps);
  const plain = plainEdits(job, given, { url: real.secrets?.url ?? null, body: real.body });
  const original = specOf(job, plain, real, deps);
  const spec = Object.keys(given).length === 0 ? original : withEdits(original, plain.edits);
  const receivers = spec.callback?.endpoint ? await deps.receivers.of(submitter.projectId) : [];
  return submit(prepareJob(spec, submitter, deps, { rerunOf: job.id, receivers }));
}

function refuseUnended(job: FullJobRow): void {
  if (!isTerminal(job.state))
    throw new Refusal('not_ended', `${formatId('job', job.id)} has not ended; cancel it first`, 'id');
}

/** The job as it was submitted, with its real values; a refusal that names what is gone. */
export function originalSpec(job: FullJobRow, stored: RequestSecretsRow | undefined, deps: Seals): SubmitSpec {
  refuseUnended(job);
  const real = realParts(job, stored, deps);
  return specOf(job, plainEdits(job, {}, { url: real.secrets?.url ?? null, body: real.body }), real, deps);
}

/** What is still there of what is not shown: the real values of masked ones, and the body. */
type RealParts = {
  secrets: RequestSecrets | null;
  body: Uint8Array | null;
  bodySealed: boolean;
  callbackSecrets: Buffer | null;
};

function realParts(job: FullJobRow, stored: RequestSecretsRow | undefined, deps: Seals): RealParts {
  const bodySealed = stored?.body_sealed === true;
  return {
    secrets: stored?.secrets ? openRequestSecrets(deps.cipher, job.id, stored.secrets) : null,
    body: stored?.body ? openBody(deps.cipher, job.id, stored.body, bodySealed) : null,
    bodySealed,
    callbackSecrets: stored?.callback_secrets ?? null,
  };
}

/** The job as it was submitted, unless edits bring anew what is gone. */
function specOf(
  job: FullJobRow,
  { edits, replaced, without }: PlainEdits,
  { secrets, body, bodySealed, callbackSecrets }: RealParts,
  deps: Seals,
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
    method: job.method,
    headers: realHeaders(job, secrets, replaced),
    body: without.body ? null : body,
    policy: unpackPolicy(options.policy),
    timeoutMs: options.timeoutMs,
    redirect: options.redirect,
    idempotencyKey: null,
    sendIdempotencyKey: options.sendIdempotencyKey,
    callback: edits.callback === undefined && !without.callback ? originalCallback(job, callbackSecrets, deps) : null,
    resultTtlSeconds: options.resultTtlSeconds,
    keepSecretsSeconds: options.keepSecretsSeconds,
    runAt: null,
    delaySeconds: null,
    deadlineSeconds: without.deadline ? null : options.deadlineSeconds,
    labels: job.labels,
    metadata: job.metadata ?? null,
    redact: options.redact,
  };
}

/** Secrets do not follow a job to another origin, as they do not follow a redirect: whoever names a new one brings them. */
function refuseOtherOrigin(
  job: FullJobRow,
  url: unknown,
  kept: { replaced: Set<string>; secrets: RequestSecrets | null; bodyKept: boolean },
): void {
  if (typeof url !== 'string' || !URL.canParse(url)) return;
  if (new URL(url).origin === new URL(job.url).origin) return;
  const header = kept.secrets?.headers.find(
    ([index]) => !kept.replaced.has(job.headers[index]?.[0].toLowerCase() ?? ''),
  );
  if (header) throw notSent(`the header ${job.headers[header[0]]?.[0]}`, 'edits.headers');
  if (kept.bodyKept) throw notSent('the request body', 'edits.body');
}

function notSent(what: string, field: string): Refusal {
  return new Refusal(
    'secrets_erased',
    `${what} holds a secret that is not sent to another origin; give it anew in the edits`,
    field,
  );
}

function realUrl(job: FullJobRow, secrets: RequestSecrets | null): string {
  if (secrets?.url) return secrets.url;
  if (job.options.redact.query.length > 0 && job.url.includes(encodeURIComponent(mask)))
    throw erased('the URL', 'edits.url');
  return job.url;
}

/** The headers but for those that are given anew. */
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

function originalCallback(job: FullJobRow, sealed: Buffer | null, deps: Seals): SubmitSpec['callback'] {
  if (job.callback === null) return null;
  const real = sealed ? openCallbackHeaders(deps.cipher, job.id, sealed) : {};
  const headers = Object.entries(job.callback.headers).map(([name, shown]): HeaderSpec => {
    const value = real[name];
    if (value !== undefined) return { name, value, masked: shown };
    if (shown.includes(mask)) throw erased(`the callback header ${name}`, 'edits.callback');
    return { name, value: shown, masked: null };
  });
  return {
    ...job.callback,
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

/** Edited fields are checked like a submission's; the others stay as they were. */
function withEdits(original: SubmitSpec, edits: Partial<SubmitInput>): SubmitSpec {
  const parsed = parseSubmit({
    url: original.url,
    ...(edits.method === undefined ? { method: original.method } : {}),
    ...edits,
  });
  const given = (field: keyof SubmitInput) => edits[field] !== undefined;
  const newBody = given('body') || given('json');
  const policyGiven = (
    ['retry', 'timeout', 'connectionError', 'maxAttempts', 'onInterrupted', 'accept', 'onOversize'] as const
  ).some(given);
  return {
    ...original,
    url: parsed.url,
    method: parsed.method,
    headers: given('headers') || given('json') ? mergeHeaders(original.headers, parsed.headers) : original.headers,
    body: newBody ? parsed.body : original.body,
    policy: policyGiven ? parsed.policy : original.policy,
    timeoutMs: given('timeout') ? parsed.timeoutMs : original.timeoutMs,
    redirect: given('redirect') ? parsed.redirect : original.redirect,
    idempotencyKey: parsed.idempotencyKey,
    sendIdempotencyKey: given('sendIdempotencyKey') ? parsed.sendIdempotencyKey : original.sendIdempotencyKey,
    callback: given('callback') ? parsed.callback : original.callback,
    resultTtlSeconds: given('resultTtlSeconds') ? parsed.resultTtlSeconds : original.resultTtlSeconds,
    keepSecretsSeconds: given('keepSecretsSeconds') ? parsed.keepSecretsSeconds : original.keepSecretsSeconds,
    runAt: parsed.runAt,
    delaySeconds: parsed.delaySeconds,
    deadlineSeconds: given('deadlineSeconds') ? parsed.deadlineSeconds : original.deadlineSeconds,
    labels: given('labels') ? parsed.labels : original.labels,
    metadata: given('metadata') ? parsed.metadata : original.metadata,
    redact: joinRedact(original.redact, parsed.redact),
  };
}

/** What was masked stays masked: edits can only add to it, or they would uncover what the job keeps sealed. */
function joinRedact(original: SubmitSpec['redact'], edited: SubmitSpec['redact']): SubmitSpec['redact'] {
  const join = (a: string[], b: string[]) => [...new Set([...a, ...b])];
  return {
    query: join(original.query, edited.query),
    body: join(original.body, edited.body),
    response: join(original.response, edited.response),
  };
}

/** A header given anew replaces the one of its name. */
function mergeHeaders(original: HeaderSpec[], edited: HeaderSpec[]): HeaderSpec[] {
  const names = new Set(edited.map((header) => header.name.toLowerCase()));
  return [...original.filter((header) => !names.has(header.name.toLowerCase())), ...edited];
}
