import type { BodyStart, JobView } from '#src/contract/job/job-view.ts';
import type { RerunEdits } from '#src/contract/submit/rerun-input.ts';
import { type PresetName, presetNames } from '#src/domain/policy/presets.ts';
import { mask } from '#src/domain/redact/redact.ts';
import { presetOf, retryInputOf } from '#src/ui/parts/job/retry-input-of.ts';
import { labelLine, readLabels } from '#src/ui/words/label-list.ts';

/** A header in the form. `shown` is the value that the job shows; null for a new header. */
export type HeaderDraft = { key: number; name: string; value: string; shown: string | null; replaced: boolean };

export type Draft = {
  url: string;
  method: string;
  headers: HeaderDraft[];
  /** `keep` sends the body as it was, of any type. */
  bodyMode: 'keep' | 'text' | 'none';
  body: string;
  retryMode: 'keep' | 'preset' | 'rules';
  preset: PresetName;
  rules: string;
  timeoutMs: string;
  maxAttempts: string;
  deadlineSeconds: string;
  callbackMode: 'keep' | 'none' | 'url' | 'endpoint';
  callback: string;
  labels: string;
  resultTtlSeconds: string;
};

/** Fields of the form, named as the server names them in its errors. */
export type DraftField =
  | 'url'
  | 'method'
  | 'headers'
  | 'body'
  | 'retry'
  | 'timeout'
  | 'maxAttempts'
  | 'deadlineSeconds'
  | 'callback'
  | 'labels'
  | 'resultTtlSeconds';
export type DraftErrors = { [Field in DraftField]?: string };

/** Returns the job as an editable draft. Masked values stay masked. */
export function draftOf(view: JobView, body: BodyStart | null | undefined): Draft {
  const { job, settings, policy } = view;
  const text = bodyTextOf(body);
  return {
    url: job.url,
    method: job.method,
    headers: Object.entries(job.headers).map(([name, value], key) => ({
      key,
      name,
      value,
      shown: value,
      replaced: false,
    })),
    bodyMode: body === null ? 'none' : text === null && view.body.state === 'kept' ? 'keep' : 'text',
    body: text ?? '',
    retryMode: 'keep',
    preset: presetOf(policy) ?? 'default',
    rules: JSON.stringify(rulesOf(view), null, 2),
    timeoutMs: String(settings.timeoutMs),
    maxAttempts: String(job.maxAttempts),
    deadlineSeconds: settings.deadlineSeconds === null ? '' : String(settings.deadlineSeconds),
    callbackMode: 'keep',
    callback: job.callback?.url ?? job.callback?.endpoint ?? '',
    labels: labelLine(job.labels),
    resultTtlSeconds: String(settings.resultTtlSeconds),
  };
}

function rulesOf({ policy }: JobView): unknown {
  const retry = retryInputOf(policy);
  return typeof retry === 'string' ? { '5xx': { limit: 3, minTimeoutInMs: 1_000, maxTimeoutInMs: 60_000 } } : retry;
}

/** Returns the whole body if it can be edited as text, otherwise null. */
export function bodyTextOf(body: BodyStart | null | undefined): string | null {
  return body && !body.bodyCut && body.encoding === 'utf8' ? body.body : null;
}

/** Returns whether a header keeps its secret, which this page does not know. */
export function keepsSecret(header: HeaderDraft): boolean {
  return !header.replaced && header.shown !== null && header.shown.includes(mask);
}

export function sameOrigin(a: string, b: string): boolean {
  return URL.canParse(a) && URL.canParse(b) && new URL(a).origin === new URL(b).origin;
}

/** Returns the changed values as the server takes them, or the errors by field. */
export function editsOf(
  view: JobView,
  initial: Draft,
  draft: Draft,
): { ok: true; edits: RerunEdits } | { ok: false; errors: DraftErrors } {
  const errors: DraftErrors = {};
  const changed = (field: keyof Draft) => draft[field] !== initial[field];
  const edits: RerunEdits = {};
  if (changed('url')) edits.url = draft.url.trim();
  if (changed('method')) edits.method = draft.method.trim();
  const headers = headerEdits(view, draft, errors);
  if (headers) edits.headers = headers;
  if (draft.bodyMode === 'none' && view.body.state !== 'none') edits.body = null;
  const hadText = initial.bodyMode === 'text' && view.body.state === 'kept';
  if (draft.bodyMode === 'text' && (!hadText || changed('body'))) edits.body = draft.body;
  if (draft.retryMode === 'preset') edits.retry = draft.preset;
  if (draft.retryMode === 'rules') edits.retry = parseRules(draft.rules, errors) as NonNullable<RerunEdits['retry']>;
  if (changed('timeoutMs')) edits.timeout = { durationInMs: amount(draft.timeoutMs) };
  if (changed('maxAttempts')) edits.maxAttempts = wholeNumber(draft.maxAttempts, 'maxAttempts', errors);
  if (changed('deadlineSeconds'))
    edits.deadlineSeconds = draft.deadlineSeconds.trim() === '' ? null : amount(draft.deadlineSeconds);
  if (draft.callbackMode === 'none' && view.job.callback !== null) edits.callback = null;
  if (draft.callbackMode === 'url') edits.callback = draft.callback.trim();
  if (draft.callbackMode === 'endpoint') edits.callback = { endpoint: draft.callback.trim() };
  if (changed('labels')) edits.labels = readLabels(draft.labels);
  if (changed('resultTtlSeconds')) edits.resultTtlSeconds = amount(draft.resultTtlSeconds);
  return Object.keys(errors).length > 0 ? { ok: false, errors } : { ok: true, edits };
}

/**
 * Returns the headers that were changed, added or removed. A replaced secret is sent as a secret; its header's name
 * does not matter.
 */
function headerEdits(view: JobView, draft: Draft, errors: DraftErrors): RerunEdits['headers'] {
  const entries: [string, NonNullable<RerunEdits['headers']>[string]][] = [];
  const named = new Set(draft.headers.map(({ name }) => name.trim().toLowerCase()));
  for (const name of Object.keys(view.job.headers)) if (!named.has(name.toLowerCase())) entries.push([name, null]);
  for (const header of draft.headers) {
    const name = header.name.trim();
    const wasSecret = header.shown?.includes(mask) === true;
    if (name === '') {
      if (header.value !== '') errors.headers = 'A header needs a name.';
    } else if (keepsSecret(header)) {
      const problem = whyNotKept(view, draft);
      if (problem) errors.headers ??= `${name}: ${problem}`;
    } else if (wasSecret) {
      if (header.value === '') errors.headers ??= `${name}: give its new value, or remove it.`;
      entries.push([name, { $redacted: { strings: ['', ''], values: [header.value] } }]);
    } else if (header.shown === null || header.value !== header.shown) entries.push([name, header.value]);
  }
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/** Returns the reason why a secret cannot keep its value, or null if it can. */
export function whyNotKept(view: JobView, draft: Draft): string | null {
  if (view.secrets.state === 'erased') return 'its secret was erased; give it anew, or remove it.';
  if (URL.canParse(draft.url) && !sameOrigin(draft.url, view.job.url))
    return 'its secret is not sent to another origin; give it anew, or remove it.';
  return null;
}

function parseRules(text: string, errors: DraftErrors): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    errors.retry = `The rules are not JSON: ${(error as Error).message}.`;
    return undefined;
  }
}

/** Returns a number in the field's unit, or text like `30s`, which the server parses. */
function amount(text: string): number | string {
  const trimmed = text.trim();
  return /^\d+(\.\d+)?$/.test(trimmed) ? Number(trimmed) : trimmed;
}

function wholeNumber(text: string, field: DraftField, errors: DraftErrors): number {
  if (!/^\d{1,9}$/.test(text.trim())) errors[field] = 'Give a whole number.';
  return Number(text);
}

const fieldNames: Record<string, DraftField> = {
  url: 'url',
  method: 'method',
  headers: 'headers',
  body: 'body',
  json: 'body',
  retry: 'retry',
  accept: 'retry',
  timeout: 'timeout',
  maxAttempts: 'maxAttempts',
  deadlineSeconds: 'deadlineSeconds',
  callback: 'callback',
  labels: 'labels',
  resultTtlSeconds: 'resultTtlSeconds',
};

/** Returns the form's field for a field name of the server: `edits.headers.x-a` belongs to `headers`. */
export function draftField(serverField: string | undefined): DraftField | null {
  const [first = ''] = (serverField ?? '').replace(/^edits\./, '').split('.');
  return fieldNames[first] ?? null;
}

/** Returns the reason why a body with a JSON content type is not valid JSON, or null. */
export function jsonProblem(view: JobView, draft: Draft): string | null {
  const type = draft.headers.find(({ name }) => name.toLowerCase() === 'content-type')?.value ?? '';
  if (draft.bodyMode !== 'text' || !/[/+]json\b/i.test(type) || draft.body === '') return null;
  if (view.settings.redact.body.length > 0 && draft.body.trim() === mask) return null;
  try {
    JSON.parse(draft.body);
    return null;
  } catch (error) {
    return `Not valid JSON: ${(error as Error).message}`;
  }
}

export const presetOptions = presetNames.map((name) => ({ value: name, label: name }));
