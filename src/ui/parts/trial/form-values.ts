import type { SubmitInput } from '#src/contract/submit/submit-input.ts';
import { type PresetName, presetNames } from '#src/domain/policy/presets.ts';
import { readLabels } from '#src/ui/words/label-list.ts';
import { inboxUrl, newKey, type Plan, planOf, planUrl } from './plan.ts';

export type HeaderLine = { key: number; name: string; value: string; secret: boolean };

/** Values of the playground's fields, as they are typed. */
export type TryValues = {
  target: 'flaky' | 'own';
  /** Answers of the flaky target, and assumed answers of the user's own URL. */
  plan: Plan;
  url: string;
  method: string;
  headers: readonly HeaderLine[];
  /** JSON text, or empty. */
  body: string;
  retry: PresetName | 'rules';
  /** JSON text. */
  rules: string;
  timeout: string;
  maxAttempts: string;
  callback: 'inbox' | 'url' | 'none';
  inbox: string;
  callbackUrl: string;
  ttl: string;
  /** Comma-separated labels. */
  labels: string;
  /** Key of a flow, or empty. */
  flow: string;
  priority: string;
};

/** Methods that send no body here. */
export const bodiless = new Set(['GET', 'HEAD']);
export const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'] as const;

export const retryOptions = [
  ...presetNames.map((value) => ({ value, label: value === 'default' ? 'default' : value })),
  { value: 'rules' as const, label: 'Rules of my own' },
];

export const usualPlan: readonly number[] = [429, 503, 200];

const sampleRules = `{
  "429": { "strategy": "headers", "resetHeader": "x-ratelimit-reset" },
  "5xx": { "limit": 4, "minTimeoutInMs": "500ms", "factor": 2 }
}`;

export function firstValues(inbox: string): TryValues {
  return {
    target: 'flaky',
    plan: planOf(usualPlan),
    url: '',
    method: 'POST',
    headers: [],
    body: '{\n  "prompt": "a lighthouse at five in the afternoon",\n  "size": "1024x1024"\n}',
    retry: 'default',
    rules: sampleRules,
    timeout: '',
    maxAttempts: '',
    callback: 'inbox',
    inbox,
    callbackUrl: '',
    ttl: '',
    labels: '',
    flow: '',
    priority: '',
  };
}

/** A field that cannot be sent as it is typed: the server's name for the field, and the reason. */
export type Unreadable = { field: string; message: string };

/** Returns the input of the submit call, or the field that cannot be read. The server checks everything else. */
export function submitInputOf(values: TryValues, origin: string): SubmitInput | Unreadable {
  const json = readJson(values.body, 'json', 'The body');
  if (isUnreadable(json)) return json;
  const retry = retryOf(values);
  if (isUnreadable(retry)) return retry;
  const { timeout, maxAttempts, ttl, flow, priority } = values;
  const labels = readLabels(values.labels);
  const callback = callbackOf(values, origin);
  return {
    url: values.target === 'flaky' ? planUrl(origin, values.plan, newKey()) : values.url.trim(),
    method: values.method,
    ...(values.headers.length > 0 && { headers: headersOf(values.headers) }),
    ...(json !== undefined && !bodiless.has(values.method) && { json }),
    retry: retry as NonNullable<SubmitInput['retry']>,
    ...(timeout.trim() && { timeout: { durationInMs: numeric(timeout) } }),
    ...(maxAttempts.trim() && { maxAttempts: Number(maxAttempts) }),
    ...(callback !== null && { callback }),
    ...(ttl.trim() && { resultTtlSeconds: numeric(ttl) }),
    ...(labels.length > 0 && { labels }),
    ...(flow.trim() && { flow: { key: flow.trim() } }),
    ...(priority.trim() && { priority: Number(priority) }),
  };
}

export function isUnreadable(value: unknown): value is Unreadable {
  return typeof value === 'object' && value !== null && 'field' in value && 'message' in value;
}

/** Returns the policy as it is submitted: a preset's name, or rules. */
export function retryOf({ retry, rules }: Pick<TryValues, 'retry' | 'rules'>): unknown {
  if (retry !== 'rules') return retry;
  return readJson(rules, 'retry', 'The rules') ?? {};
}

/** Returns a number in the field's own unit, or text like `30s`, which the server parses. */
export function numeric(text: string): number | string {
  const trimmed = text.trim();
  return /^\d+(\.\d+)?$/.test(trimmed) ? Number(trimmed) : trimmed;
}

export function hasIdempotencyKey(headers: readonly HeaderLine[]): boolean {
  return headers.some(({ name }) => name.trim().toLowerCase() === 'idempotency-key');
}

function callbackOf({ callback, inbox, callbackUrl }: TryValues, origin: string): string | null {
  if (callback === 'none') return null;
  return callback === 'inbox' ? inboxUrl(origin, inbox.trim()) : callbackUrl.trim();
}

/**
 * Returns the headers. A value that the sender marks as secret is sent as a secret; its header's name does not matter.
 */
function headersOf(lines: readonly HeaderLine[]): NonNullable<SubmitInput['headers']> {
  const sent = ({ value, secret }: HeaderLine) =>
    secret ? { $redacted: { strings: ['', ''], values: [value] } } : value;
  const named = lines.filter(({ name, value }) => name.trim() !== '' || value !== '');
  return Object.fromEntries(named.map((line) => [line.name.trim(), sent(line)])) as NonNullable<SubmitInput['headers']>;
}

function readJson(text: string, field: string, what: string): unknown | Unreadable {
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    return { field, message: `${what} is no JSON: ${(error as Error).message}.` };
  }
}
