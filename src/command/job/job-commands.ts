import { checkApiKey } from '#src/client/call/api-key.ts';
import { createRingback, type Ringback } from '#src/client/create-ringback.ts';
import type { SubmitRequest } from '#src/client/job/submit-request.ts';
import { CommandError, exitCodes } from '#src/command/command-error.ts';
import { type ConnectionOptions, findConnection } from '#src/command/find-connection.ts';
import type { Terminal } from '#src/command/terminal.ts';
import type { Job } from '#src/contract/job/job.ts';
import type { ListInput } from '#src/contract/job/job-filter-input.ts';
import type { CallbackWord } from '#src/contract/job/job-filter-words.ts';
import { readDuration } from '#src/contract/submit/duration.ts';
import type { JobState } from '#src/domain/decide/job-state.ts';
import { readNumber } from './read-argument.ts';
import { type RequestOptions, readRequest } from './request-options.ts';
import { attemptLine, jobLines, resultBytes, tableLines } from './show-job.ts';
import { progressTo, waitToEnd } from './wait-to-end.ts';

/** The options of every command that calls Ringback. */
export type CallOptions = ConnectionOptions & Readonly<{ json?: boolean }>;
export type WaitOptions = CallOptions & Readonly<{ quiet?: boolean; maxWait?: string }>;
export type SubmitOptions = WaitOptions & RequestOptions & Readonly<{ wait?: boolean }>;
export type ListOptions = CallOptions &
  Readonly<{
    state?: readonly string[];
    label?: string;
    host?: string;
    status?: string;
    method?: string;
    flow?: string;
    upstream?: string;
    key?: string;
    callback?: readonly string[];
    attemptsMin?: string;
    attemptsMax?: string;
    durationMin?: string;
    durationMax?: string;
    metadata?: readonly string[];
    text?: string;
    from?: string;
    to?: string;
    rerunOf?: string;
    limit?: string;
    cursor?: string;
  }>;

// Each command returns the exit code.

export async function submitCommand(url: string, options: SubmitOptions, terminal: Terminal): Promise<number> {
  const request = { ...(await readRequest(options)), url } as SubmitRequest;
  const ringback = await clientOf(options);
  const job = await ringback.submit(request, { signal: terminal.signal });
  return afterSubmit(ringback, job, options, terminal);
}

export async function rerunCommand(id: string, options: SubmitOptions & { to?: string }, terminal: Terminal) {
  const edits = { ...(await readRequest(options)), ...(options.to !== undefined && { url: options.to }) };
  const ringback = await clientOf(options);
  const isChanged = Object.keys(edits).length > 0;
  const job = await ringback.rerun(id, isChanged ? edits : undefined, { signal: terminal.signal });
  return afterSubmit(ringback, job, options, terminal);
}

export async function getCommand(
  id: string,
  options: CallOptions & { attempts?: boolean; body?: boolean },
  terminal: Terminal,
): Promise<number> {
  const ringback = await clientOf(options);
  const call = { signal: terminal.signal };
  const job = await ringback.get(id, call);
  const tried = options.attempts ? await ringback.attempts(id, call) : null;
  if (options.body) writeResult(job, terminal);
  else if (options.json)
    terminal.print(JSON.stringify(tried === null ? job : { ...job, ...tried, attempts: tried.attempts }));
  else for (const line of jobLines(job, Date.now())) terminal.print(line);
  if (!options.body && !options.json) for (const attempt of tried?.attempts ?? []) terminal.print(attemptLine(attempt));
  return exitCodes.done;
}

export async function waitCommand(id: string, options: WaitOptions, terminal: Terminal): Promise<number> {
  const ringback = await clientOf(options);
  const job = await ringback.get(id, { signal: terminal.signal });
  return waitAndShow(ringback, job, options, terminal);
}

export async function cancelCommand(id: string, options: CallOptions, terminal: Terminal): Promise<number> {
  const job = await (await clientOf(options)).cancel(id, { signal: terminal.signal });
  show(job, options, terminal);
  if (job.state === 'cancelled') return exitCodes.done;
  terminal.say(`${job.id} had ended before: ${job.state}.`);
  return exitCodes.failed;
}

export async function listCommand(options: ListOptions, terminal: Terminal): Promise<number> {
  const { json } = options;
  const input = listInputOf(options);
  const page = await (await clientOf(options)).list(input, { signal: terminal.signal });
  if (json) terminal.print(JSON.stringify(page));
  else for (const line of tableLines(page.jobs)) terminal.print(line);
  if (!json && page.nextCursor !== null) terminal.say(`Older ones: --cursor ${page.nextCursor}`);
  return exitCodes.done;
}

function listInputOf(options: ListOptions): ListInput {
  const { url: _, apiKey: __, lastUrl: ___, json: ____, ...given } = options;
  const { state, callback, metadata, key, limit, attemptsMin, attemptsMax, ...filter } = given;
  return {
    ...filter,
    ...(state !== undefined && { state: [...state] as JobState[] }),
    ...(callback !== undefined && { callback: [...callback] as CallbackWord[] }),
    ...(metadata !== undefined && { metadata: [...metadata] }),
    ...(key !== undefined && { apiKey: key }),
    ...(attemptsMin !== undefined && { attemptsMin: readNumber(attemptsMin, '--attempts-min') }),
    ...(attemptsMax !== undefined && { attemptsMax: readNumber(attemptsMax, '--attempts-max') }),
    ...(limit !== undefined && { limit: readNumber(limit, '--limit') }),
  };
}

async function clientOf(options: ConnectionOptions): Promise<Ringback> {
  const { url, apiKey } = await findConnection(options);
  return createRingback({ url, apiKey: checkApiKey(apiKey, options.apiKey ? '--api-key' : 'RINGBACK_API_KEY') });
}

async function afterSubmit(
  ringback: Ringback,
  job: Job & { replayed: boolean },
  options: SubmitOptions,
  terminal: Terminal,
): Promise<number> {
  if (job.replayed) progressTo(terminal, options.quiet)(`${job.id} was there before: the idempotency key is its own.`);
  if (options.wait) return waitAndShow(ringback, job, options, terminal);
  if (options.json) terminal.print(JSON.stringify(job));
  else terminal.print(job.id);
  return exitCodes.done;
}

async function waitAndShow(ringback: Ringback, job: Job, options: WaitOptions, terminal: Terminal): Promise<number> {
  const { maxWait, quiet, json } = options;
  const bounds = { unit: 'ms', min: 1, max: Number.MAX_SAFE_INTEGER, whole: true } as const;
  const timeoutMs = maxWait === undefined ? undefined : readDuration(maxWait, bounds, '--max-wait');
  const say = progressTo(terminal, quiet);
  const ended = await waitToEnd(ringback, job, { say, signal: terminal.signal, timeoutMs }).catch((error: unknown) => {
    if (terminal.signal.aborted)
      throw new CommandError(`Stopped waiting. ${job.id} goes on: ringback wait ${job.id}`, exitCodes.interrupted);
    throw error;
  });
  if (json) terminal.print(JSON.stringify(ended));
  else writeResult(ended, terminal);
  return { completed: exitCodes.done, cancelled: exitCodes.cancelled }[ended.state as string] ?? exitCodes.failed;
}

function writeResult(job: Job, terminal: Terminal): void {
  if (job.result !== null) terminal.write(resultBytes(job.result));
  else if (job.resultExpiredAt !== null) terminal.say(`The result of ${job.id} was kept until ${job.resultExpiredAt}.`);
}

function show(job: Job, { json }: CallOptions, terminal: Terminal): void {
  if (json) terminal.print(JSON.stringify(job));
  else for (const line of jobLines(job, Date.now())) terminal.print(line);
}
