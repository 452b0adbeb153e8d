import type { Command } from 'commander';
import { redactString } from '#src/client/job/redact-string.ts';
import type { CallbackOptions, HeaderValue, SubmitEdits, SubmitRequest } from '#src/client/job/submit-request.ts';
import { CommandError } from '#src/command/command-error.ts';
import type { RetryInput } from '#src/contract/submit/retry-input.ts';
import { numeric, readContent, readJson, readJsonObject, readJsonText, readNumber } from './read-argument.ts';

/** The options of `submit` and `rerun` that make up a request. */
export type RequestOptions = Readonly<{
  request?: string;
  header?: readonly string[];
  secretHeader?: readonly string[];
  data?: string;
  jsonBody?: string;
  callback?: string;
  retry?: string;
  timeout?: string;
  maxAttempts?: string;
  label?: readonly string[];
  flow?: string;
  priority?: string;
  delay?: string;
  deadline?: string;
  idempotencyKey?: string;
  metadata?: string;
  resultTtl?: string;
  fields?: string;
}>;

/** Collects the values of an option that may be given several times. */
export function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

/** Adds the options that make up a request. They are those of curl where curl has them. */
export function addRequestOptions(command: Command): Command {
  return command
    .option('-X, --request <method>', 'the method (default: GET, or POST with a body)')
    .option('-H, --header <line>', "a header, 'name: value'; may be repeated", collect)
    .option('-S, --secret-header <line>', 'a header whose value is masked everywhere; may be repeated', collect)
    .option('-d, --data <text>', 'the body as it is: text, @file, or @- for stdin')
    .option('--json-body <json>', 'a body of JSON with its content type: text, @file or @-')
    .option('--callback <receiver>', 'who is notified of the end: a URL, endpoint:NAME, or JSON')
    .option('--retry <policy>', 'a preset such as openai, or rules as JSON or @file')
    .option('--timeout <duration>', 'the time limit of an attempt, like 90s')
    .option('--max-attempts <number>', 'the most attempts')
    .option('--label <text>', 'a label to filter by; may be repeated', collect)
    .option('--flow <key>', 'the flow that the job waits in: a key, or JSON with its limits')
    .option('--priority <number>', 'higher goes first')
    .option('--delay <duration>', 'the time before the first attempt, like 10m')
    .option('--deadline <duration>', 'the time after which the job fails')
    .option('--idempotency-key <key>', 'the same key finds the same job again')
    .option('--metadata <json>', 'any JSON, which reads and callbacks repeat')
    .option('--result-ttl <duration>', 'how long the result is kept')
    .option('--fields <json>', 'any other fields of a submission, as JSON or @file');
}

/** Returns the request that the options describe. Fields without an option stay absent. Throws a CommandError. */
export async function readRequest(options: RequestOptions): Promise<SubmitEdits> {
  const { request, callback, retry, timeout, maxAttempts, label, flow, priority, delay, deadline } = options;
  const { idempotencyKey, metadata, resultTtl, fields } = options;
  const body = await readBody(options);
  const headers = [
    ...readHeaders(options),
    ...(body.contentType ? [['content-type', 'application/json'] as const] : []),
  ];
  return {
    ...(fields !== undefined && (await readJsonObject(fields, '--fields'))),
    ...(request !== undefined && { method: request }),
    ...(headers.length > 0 && { headers }),
    ...(body.content !== undefined && { body: body.content }),
    ...(callback !== undefined && { callback: await readCallback(callback) }),
    ...(retry !== undefined && { retry: await readRetry(retry) }),
    ...(timeout !== undefined && { timeout: { durationInMs: numeric(timeout) } }),
    ...(maxAttempts !== undefined && { maxAttempts: readNumber(maxAttempts, '--max-attempts') }),
    ...(label !== undefined && { labels: [...label] }),
    ...(flow !== undefined && { flow: await readFlow(flow) }),
    ...(priority !== undefined && { priority: readNumber(priority, '--priority') }),
    ...(delay !== undefined && { delaySeconds: numeric(delay) }),
    ...(deadline !== undefined && { deadlineSeconds: numeric(deadline) }),
    ...(idempotencyKey !== undefined && { idempotencyKey }),
    ...(metadata !== undefined && { metadata: (await readJson(metadata, '--metadata')) as SubmitRequest['metadata'] }),
    ...(resultTtl !== undefined && { resultTtlSeconds: numeric(resultTtl) }),
  };
}

/** Returns `retry`: the name of a preset, or rules. */
export async function readRetry(text: string): Promise<RetryInput> {
  const value = /^[\w-]+$/.test(text) ? text : await readJson(text, '--retry');
  return value as RetryInput;
}

type Body = { content?: string | Uint8Array; contentType?: true };

async function readBody({ data, jsonBody, header, secretHeader }: RequestOptions): Promise<Body> {
  if (data !== undefined && jsonBody !== undefined) throw new CommandError('Give either -d or --json-body, not both.');
  if (data !== undefined) return { content: await readContent(data, '-d') };
  if (jsonBody === undefined) return {};
  const hasType = [...(header ?? []), ...(secretHeader ?? [])].some((line) => /^content-type\s*:/i.test(line));
  const content = await readJsonText(jsonBody, '--json-body');
  return hasType ? { content } : { content, contentType: true };
}

function readHeaders({ header = [], secretHeader = [] }: RequestOptions): (readonly [string, HeaderValue])[] {
  return [
    ...header.map((line) => readHeader(line, '-H')),
    ...secretHeader.map((line) => {
      const [name, value] = readHeader(line, '-S');
      if (value === '') throw new CommandError(`-S has no value for ${name}.`);
      return [name, redactString`${value}`] as const;
    }),
  ];
}

/** Splits `name: value`. The message of a refusal does not repeat the line, which may hold a secret. */
function readHeader(line: string, option: string): readonly [name: string, value: string] {
  const [, name, value = ''] = /^([^:\s]+)\s*:\s*(.*)$/s.exec(line) ?? [];
  if (name === undefined) throw new CommandError(`${option} should be 'name: value'; one has no name or no colon.`);
  return [name, value.trim()];
}

async function readCallback(text: string): Promise<string | CallbackOptions> {
  if (text.startsWith('endpoint:')) return { endpoint: text.slice('endpoint:'.length) };
  return /^[{@]/.test(text) ? ((await readJsonObject(text, '--callback')) as CallbackOptions) : text;
}

async function readFlow(text: string): Promise<NonNullable<SubmitRequest['flow']>> {
  if (!/^[{@]/.test(text)) return { key: text };
  return (await readJsonObject(text, '--flow')) as NonNullable<SubmitRequest['flow']>;
}
