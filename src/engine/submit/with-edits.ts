import { Refusal } from '#src/contract/shape/error-code.ts';
import { parseSubmit } from '#src/contract/submit/parse-submit.ts';
import type { SubmitInput } from '#src/contract/submit/submit-input.ts';
import type { HeaderSpec, SubmitSpec } from '#src/contract/submit/submit-spec.ts';
import { editPolicy, type PolicyField } from '#src/domain/policy/edit-policy.ts';
import { isRepeatable } from '#src/domain/policy/resolve-policy.ts';

/**
 * Returns the submission with the edited fields. They are checked like those of a new submission; the others stay as
 * they were.
 */
export function withEdits(original: SubmitSpec, edits: Partial<SubmitInput>): SubmitSpec {
  const parsed = parseSubmit({
    url: original.url,
    method: original.method,
    // New rules must be able to match what the job does not accept.
    ...(edits.retry === undefined ? {} : { accept: original.policy.accept.text }),
    ...edits,
  });
  const given = (field: keyof SubmitInput) => edits[field] !== undefined;
  const newBody = given('body') || given('json');
  const method = parsed.method;
  const headers = given('headers') || given('json') ? mergeHeaders(original.headers, parsed.headers) : original.headers;
  const sendIdempotencyKey = given('sendIdempotencyKey') ? parsed.sendIdempotencyKey : original.sendIdempotencyKey;
  const bringsKey = headers.some(({ name }) => name.toLowerCase() === 'idempotency-key');
  if (sendIdempotencyKey && bringsKey) throw twoKeys(given('sendIdempotencyKey'));
  const repeatable = isRepeatable({ method, hasIdempotencyKey: sendIdempotencyKey || bringsKey });
  return {
    ...original,
    url: parsed.url,
    method,
    headers,
    body: newBody ? parsed.body : original.body,
    policy: editPolicy(original.policy, parsed.policy, { given: policyFields(edits), repeatable }),
    timeoutMs: edits.timeout?.durationInMs === undefined ? original.timeoutMs : parsed.timeoutMs,
    redirect: given('redirect') ? parsed.redirect : original.redirect,
    idempotencyKey: parsed.idempotencyKey,
    sendIdempotencyKey,
    callback: given('callback') ? parsed.callback : original.callback,
    resultTtlSeconds: given('resultTtlSeconds') ? parsed.resultTtlSeconds : original.resultTtlSeconds,
    keepSecretsSeconds: given('keepSecretsSeconds') ? parsed.keepSecretsSeconds : original.keepSecretsSeconds,
    runAt: parsed.runAt,
    delaySeconds: parsed.delaySeconds,
    deadlineSeconds: given('deadlineSeconds') ? parsed.deadlineSeconds : original.deadlineSeconds,
    priority: given('priority') ? parsed.priority : original.priority,
    flow: given('flow') ? parsed.flow : original.flow,
    stream: given('stream') ? parsed.stream : original.stream,
    labels: given('labels') ? parsed.labels : original.labels,
    metadata: given('metadata') ? parsed.metadata : original.metadata,
    redact: joinRedact(original.redact, parsed.redact),
  };
}

function policyFields({ timeout, connectionError, ...edits }: Partial<SubmitInput>): ReadonlySet<PolicyField> {
  const plain = ['retry', 'accept', 'maxAttempts', 'onInterrupted', 'onOversize'] as const;
  return new Set<PolicyField>([
    ...plain.filter((field) => edits[field] !== undefined),
    ...(timeout?.retry === undefined ? [] : (['timeout.retry'] as const)),
    ...(connectionError?.retry === undefined ? [] : (['connectionError.retry'] as const)),
  ]);
}

function twoKeys(isSendGiven: boolean): Refusal {
  const [given, other] = ['`sendIdempotencyKey`', 'the header `idempotency-key`'];
  return new Refusal(
    'conflicting_fields',
    isSendGiven
      ? `${given} and ${other} of the job exclude each other; give the header as null too.`
      : `${other} and ${given} of the job exclude each other; give \`sendIdempotencyKey: false\` too.`,
    isSendGiven ? 'edits.sendIdempotencyKey' : 'edits.headers',
  );
}

/**
 * Joins the redaction rules. Edits can only add to them, because removing one would show a value that the job keeps
 * sealed.
 */
function joinRedact(original: SubmitSpec['redact'], edited: SubmitSpec['redact']): SubmitSpec['redact'] {
  const join = (a: string[], b: string[]) => [...new Set([...a, ...b])];
  return {
    query: join(original.query, edited.query),
    body: join(original.body, edited.body),
    response: join(original.response, edited.response),
  };
}

/** Merges headers. An edited header replaces the original one of the same name. */
function mergeHeaders(original: HeaderSpec[], edited: HeaderSpec[]): HeaderSpec[] {
  const names = new Set(edited.map((header) => header.name.toLowerCase()));
  return [...original.filter((header) => !names.has(header.name.toLowerCase())), ...edited];
}
