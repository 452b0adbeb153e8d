import { endEvents } from '#src/contract/event/event-names.ts';
import type { BodyStart, JobView } from '#src/contract/job/job-view.ts';
import { limits } from '#src/domain/limits.ts';
import { mask } from '#src/domain/redact/redact.ts';
import { bodyText, variableName } from './as-curl.ts';
import { retryInputOf } from './retry-input-of.ts';

/** What a snippet is made of; `body` is null without one, undefined while it is not known. */
export type SnippetSource = Pick<JobView, 'settings' | 'policy'> & {
  job: Pick<
    JobView['job'],
    'method' | 'url' | 'headers' | 'labels' | 'metadata' | 'callback' | 'maxAttempts' | 'idempotencyKey'
  >;
  body: BodyStart | null | undefined;
};

/**
 * The job as a call of the client. Masked parts become environment variables: the values are not here, and a mask must
 * never be sent as one.
 */
export function asTypeScript(source: SnippetSource): string {
  const fields = [...requestFields(source), ...runFields(source), ...keepFields(source)];
  const usesRedact = fields.some(([name, code]) => name === 'headers' && code.includes(': redactString`'));
  const readsFile = fields.some(([name, code]) => name === 'body' && code === bodyFile);
  return [
    ...(readsFile ? ["import { readFile } from 'node:fs/promises';"] : []),
    `import { createRingback${usesRedact ? ', redactString' : ''} } from '@ringback/client';`,
    '',
    '// RINGBACK_URL and RINGBACK_API_KEY come from the environment.',
    'const ringback = createRingback();',
    '',
    'const job = await ringback.submit({',
    ...fields.map(([name, code]) => `  ${name}: ${code.replaceAll('\n', '\n  ')},`),
    '});',
    '',
  ].join('\n');
}

const bodyFile = "await readFile('body')";

type Field = [name: string, code: string];

function requestFields({ job, body }: SnippetSource): Field[] {
  const text = bodyText(body);
  const asJson = text !== null && isJson(job.headers) ? exactJson(text) : null;
  // `json` sets the content type itself.
  const headers = Object.entries(job.headers).filter(
    ([name, value]) => asJson === null || name.toLowerCase() !== 'content-type' || value !== 'application/json',
  );
  const fields: Field[] = [['url', template(job.url, 'SECRET')]];
  if (job.method !== (body ? 'POST' : 'GET')) fields.push(['method', quoted(job.method)]);
  if (headers.length > 0) fields.push(['headers', record(headers)]);
  if (asJson !== null) fields.push(['json', asJson]);
  else if (text !== null) fields.push(['body', template(text, 'BODY_SECRET')]);
  else if (body || (body === undefined && isJson(job.headers))) fields.push(['body', bodyFile]);
  return fields;
}

function runFields({ job, policy, settings }: SnippetSource): Field[] {
  const retry = retryInputOf(policy);
  const fields: Field[] = [];
  if (retry !== 'default') fields.push(['retry', literal(retry)]);
  if (settings.timeoutMs !== limits.timeoutMs.default)
    fields.push(['timeout', `{ durationInMs: ${settings.timeoutMs} }`]);
  if (job.maxAttempts !== limits.maxAttempts.default) fields.push(['maxAttempts', String(job.maxAttempts)]);
  if (policy.accept.text !== '2xx') fields.push(['accept', quoted(policy.accept.text)]);
  if (policy.onInterrupted !== 'retry') fields.push(['onInterrupted', quoted(policy.onInterrupted)]);
  if (policy.onOversize !== 'fail') fields.push(['onOversize', quoted(policy.onOversize)]);
  if (settings.redirect !== 'follow') fields.push(['redirect', quoted(settings.redirect)]);
  if (settings.sendIdempotencyKey) fields.push(['sendIdempotencyKey', 'true']);
  if (settings.deadlineSeconds !== null) fields.push(['deadlineSeconds', String(settings.deadlineSeconds)]);
  return fields;
}

function keepFields({ job, settings }: SnippetSource): Field[] {
  const fields: Field[] = [];
  if (job.callback) fields.push(['callback', callbackCode(job.callback)]);
  if (settings.resultTtlSeconds !== limits.resultTtlSeconds.default)
    fields.push(['resultTtlSeconds', String(settings.resultTtlSeconds)]);
  if (settings.keepSecretsSeconds !== null) fields.push(['keepSecretsSeconds', String(settings.keepSecretsSeconds)]);
  if (job.labels.length > 0) fields.push(['labels', `[${job.labels.map(quoted).join(', ')}]`]);
  if (job.metadata !== null) fields.push(['metadata', literal(job.metadata)]);
  const redact = Object.entries(settings.redact).filter(([, names]) => names.length > 0);
  if (redact.length > 0) fields.push(['redact', literal(Object.fromEntries(redact))]);
  return fields;
}

function callbackCode({ url, endpoint, events, headers, payload }: NonNullable<JobView['job']['callback']>): string {
  const given = Object.entries(headers);
  const usual = events.length === endEvents.length && endEvents.every((event) => events.includes(event));
  if (url !== null && given.length === 0 && payload === 'full' && usual) return quoted(url);
  const fields: Field[] = [[url === null ? 'endpoint' : 'url', quoted(url ?? endpoint ?? '')]];
  if (!usual) fields.push(['events', `[${events.map(quoted).join(', ')}]`]);
  if (given.length > 0) fields.push(['headers', record(given)]);
  if (payload === 'thin') fields.push(['payload', quoted(payload)]);
  return `{ ${fields.map(([name, code]) => `${name}: ${code}`).join(', ')} }`;
}

function record(headers: [string, string][]): string {
  const lines = headers.map(([name, value]) => {
    const secret = value.includes(mask);
    const code = secret ? `redactString${template(value, `${variableName(name)}!`)}` : quoted(value);
    return `  ${/^[a-z_$][\w$]*$/i.test(name) ? name : quoted(name)}: ${code},`;
  });
  return `{\n${lines.join('\n')}\n}`;
}

function isJson(headers: Record<string, string>): boolean {
  const type = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '';
  return /^application\/json\b/i.test(type);
}

/** The JSON as code, or null when JavaScript's numbers would change it: then the text goes as it is. */
function exactJson(text: string): string | null {
  try {
    const numbers = text.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""').match(/-?\d[\d.eE+-]*/g) ?? [];
    // As a key of an object in code it would set the prototype.
    if (text.includes('__proto__')) return null;
    if (numbers.some((number) => String(Number(number)) !== number)) return null;
    return literal(JSON.parse(text));
  } catch {
    return null;
  }
}

/** A JSON value as code, its masks as environment variables. */
function literal(value: unknown): string {
  const json = JSON.stringify(value, null, 2).replaceAll(/[\u2028\u2029]/g, (each) =>
    each === '\u2028' ? '\\u2028' : '\\u2029',
  );
  const variable = environment('BODY_SECRET');
  return json.replaceAll(`"${mask}"`, variable).replaceAll(/^(\s*)"([A-Za-z_$][\w$]*)": /gm, '$1$2: ');
}

/** A text as a template with environment variables for its masks; without any, as a string. */
function template(text: string, variable: string): string {
  if (!text.includes(mask)) return quoted(text);
  const parts = text.split(mask).map((part) => part.replaceAll(/[\\`]|\$(?=\{)/g, '\\$&').replaceAll('\r', '\\r'));
  return `\`${parts.join(`\${${environment(variable)}}`)}\``;
}

function environment(variable: string): string {
  return `process.env.${variable}`;
}

function quoted(text: string): string {
  const inner = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `'${inner.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')}'`;
}
