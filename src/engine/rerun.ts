import { Refusal } from '#src/contract/error-code.ts';
import type { SubmittedJob } from '#src/contract/job.ts';
import { parseSubmit } from '#src/contract/parse-submit.ts';
import type { HeaderSpec, SubmitSpec } from '#src/contract/submit.ts';
import type { SubmitInput } from '#src/contract/submit-input.ts';
import { formatId } from '#src/domain/id.ts';
import { isTerminal } from '#src/domain/job-state.ts';
import { mask } from '#src/domain/redact.ts';
import { type RequestSecrets, sealContext } from '#src/store/job-options.ts';
import type { FullJobRow } from '#src/store/job-row.ts';
import { findRequestSecrets, type RequestSecretsRow } from '#src/store/read-jobs.ts';
import type { EngineDeps } from './deps.ts';
import { prepareJob, type Submitter } from './prepare-job.ts';
import { loadJob } from './read.ts';
import { unpackPolicy } from './stored-policy.ts';
import type { Submit } from './submit.ts';

/** Runs a job again as a new one, with or without edits. The idempotency key moves to the new job. */
export async function rerunJob(
  deps: EngineDeps,
  submit: Submit,
  submitter: Submitter,
  id: string,
  edits: Partial<SubmitInput> = {},
): Promise<SubmittedJob> {
  const job = await loadJob(deps, submitter.projectId, id);
  const [stored] = await findRequestSecrets(deps.db, [job.id]);
  const original = originalSpec(job, stored, edits, deps);
  const spec = Object.keys(edits).length === 0 ? original : withEdits(original, edits);
  const receivers = spec.callback?.endpoint ? await deps.receivers.of(submitter.projectId) : [];
  return submit(prepareJob(spec, submitter, deps, { rerunOf: job.id, receivers }));
}

/** The job as it was submitted, with its real values; a refusal that names what is gone, unless the edits bring it anew. */
export function originalSpec(
  job: FullJobRow,
  stored: RequestSecretsRow | undefined,
  edits: Partial<SubmitInput>,
  deps: Pick<EngineDeps, 'cipher'>,
): SubmitSpec {
  if (!isTerminal(job.state))
    throw new Refusal('not_ended', `${formatId('job', job.id)} has not ended; cancel it first`, 'id');
  const secrets = stored?.secrets
    ? (JSON.parse(deps.cipher.open(stored.secrets, sealContext.request(job.id)).toString('utf8')) as RequestSecrets)
    : null;
  const hadBody = job.options.hadBody;
  if (hadBody && !stored?.body && edits.body === undefined && edits.json === undefined) {
    throw new Refusal(
      'body_expired',
      'the request body was deleted with the result; give body or json in the edits',
      'edits.body',
    );
  }
  const { options } = job;
  refuseOtherOrigin(job, edits, secrets, stored?.body_sealed === true);
  return {
    url: edits.url === undefined ? realUrl(job, secrets) : job.url,
    method: job.method,
    headers: realHeaders(job, secrets, editedHeaders(edits)),
    body: stored?.body ? openBody(job, stored.body, stored.body_sealed === true, deps) : null,
    policy: unpackPolicy(options.policy),
    timeoutMs: options.timeoutMs,
    redirect: options.redirect,
    idempotencyKey: null,
    sendIdempotencyKey: options.sendIdempotencyKey,
    callback: edits.callback === undefined ? originalCallback(job, stored?.callback_secrets ?? null, deps) : null,
    resultTtlSeconds: options.resultTtlSeconds,
    keepSecretsSeconds: options.keepSecretsSeconds,
    runAt: null,
    delaySeconds: null,
    deadlineSeconds: options.deadlineSeconds,
    labels: job.labels,
    metadata: job.metadata ?? null,
    redact: options.redact,
  };
}

/** Secrets do not follow a job to another origin, as they do not follow a redirect: whoever names a new one brings them. */
function refuseOtherOrigin(
  job: FullJobRow,
  edits: Partial<SubmitInput>,
  secrets: RequestSecrets | null,
  bodySealed: boolean,
): void {
  if (typeof edits.url !== 'string' || !URL.canParse(edits.url)) return;
  if (new URL(edits.url).origin === new URL(job.url).origin) return;
  const given = editedHeaders(edits);
  const kept = secrets?.headers.find(([index]) => !given.has(job.headers[index]?.[0].toLowerCase() ?? ''));
  if (kept) throw notSent(`the header ${job.headers[kept[0]]?.[0]}`, 'edits.headers');
  if (bodySealed && edits.body === undefined && edits.json === undefined)
    throw notSent('the request body', 'edits.body');
}

function editedHeaders(edits: Partial<SubmitInput>): Set<string> {
  return new Set(Object.keys(edits.headers ?? {}).map((name) => name.toLowerCase()));
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

function originalCallback(
  job: FullJobRow,
  sealed: Buffer | null,
  deps: Pick<EngineDeps, 'cipher'>,
): SubmitSpec['callback'] {
  if (job.callback === null) return null;
  const real = sealed
    ? (JSON.parse(deps.cipher.open(sealed, sealContext.callback(job.id)).toString('utf8')) as Record<string, string>)
    : {};
  const headers = Object.entries(job.callback.headers).map(([name, shown]): HeaderSpec => {
    const value = real[name];
    if (value !== undefined) return { name, value, masked: shown };
    if (shown.includes(mask)) throw erased(`the callback header ${name}`, 'edits.callback');
    return { name, value: shown, masked: null };
  });
  return { ...job.callback, endpoint: job.callback.endpoint?.name ?? null, headers };
}

function openBody(job: FullJobRow, body: Buffer, sealed: boolean, deps: Pick<EngineDeps, 'cipher'>): Uint8Array {
  return sealed ? deps.cipher.open(body, sealContext.body(job.id)) : body;
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
