import { CommandError, exitCodes } from '#src/command/command-error.ts';
import type { Terminal } from '#src/command/terminal.ts';
import { readDuration } from '#src/contract/submit/duration.ts';
import { readPolicy } from '#src/contract/submit/parse-policy.ts';
import { type ConnectionErrorCode, connectionErrorCodes, type Outcome } from '#src/domain/decide/outcome.ts';
import { formatWait } from '#src/domain/decide/outcome-text.ts';
import { simulate } from '#src/domain/decide/simulate.ts';
import { limits } from '#src/domain/limits.ts';
import { numeric, readJsonObject, readNumber } from './read-argument.ts';
import { readRetry } from './request-options.ts';

export type SimulateOptions = Readonly<{
  retry?: string;
  request?: string;
  timeout?: string;
  maxAttempts?: string;
  fields?: string;
  random?: string;
  json?: boolean;
}>;

const noTimings = { dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null, bodyMs: null };

/** Says what a policy does with outcomes, one after the other. Nothing is sent, and no Ringback is needed. */
export async function simulateCommand(
  words: readonly string[],
  options: SimulateOptions,
  terminal: Terminal,
): Promise<number> {
  const { maxAttempts, request = 'GET', retry, random = '0.5' } = options;
  const timeoutMs = readTimeout(options.timeout);
  const policy = readPolicy({
    ...(options.fields !== undefined && (await readPolicyFields(options.fields))),
    ...(retry !== undefined && { retry: await readRetry(retry) }),
    ...(maxAttempts !== undefined && { maxAttempts: readCount(maxAttempts) }),
    method: request,
    hasIdempotencyKey: false,
  });
  const outcomes = await Promise.all(words.map((word) => readOutcome(word, timeoutMs)));
  const startMs = Date.now();
  const { attempts, end } = simulate({ policy, outcomes, startMs, random: readChance(random), deadlineAtMs: null });
  const shown = attempts.map(({ number, startMs: from, endMs, decision }, index) => ({
    number,
    startMs: from - startMs,
    endMs: endMs - startMs,
    outcome: words[index] ?? '',
    decision,
  }));
  if (options.json) {
    terminal.print(JSON.stringify({ end, attempts: shown }));
    return exitCodes.done;
  }
  for (const { number, startMs: from, outcome, decision } of shown) {
    terminal.print(
      `${String(number).padStart(3)}  at ${formatWait(from).padEnd(9)}  ${outcome.padEnd(18)}  ${decision.why}`,
    );
  }
  terminal.print(end === 'open' ? 'The job would try again; no outcome is left.' : `The job ends ${end}.`);
  return exitCodes.done;
}

type PolicyFields = Pick<Parameters<typeof readPolicy>[0], 'accept' | 'onInterrupted' | 'timeoutRetry'>;

async function readPolicyFields(text: string): Promise<PolicyFields> {
  const { timeout, connectionError, accept, onInterrupted, ...rest } = await readJsonObject(text, '--fields');
  const [other] = Object.keys(rest);
  if (other !== undefined)
    throw new CommandError(
      `--fields of a simulation may hold timeout, connectionError, accept and onInterrupted, not ${other}.`,
    );
  const retryOf = (value: unknown) => (value as { retry?: object } | undefined)?.retry;
  return {
    ...(retryOf(timeout) && { timeoutRetry: retryOf(timeout) }),
    ...(retryOf(connectionError) && { connectionErrorRetry: retryOf(connectionError) }),
    ...(accept !== undefined && { accept }),
    ...(onInterrupted !== undefined && { onInterrupted }),
  } as PolicyFields;
}

function readTimeout(text: string | undefined): number {
  const { min, max } = limits.timeoutMs;
  if (text === undefined) return limits.timeoutMs.default;
  return readDuration(numeric(text), { unit: 'ms', min, max, whole: true }, '--timeout');
}

function readCount(text: string): number {
  const count = readNumber(text, '--max-attempts');
  const { min, max } = limits.maxAttempts;
  if (Number.isInteger(count) && count >= min && count <= max) return count;
  throw new CommandError(`--max-attempts should be a whole number from ${min} to ${max}.`);
}

function readChance(text: string): number {
  const chance = readNumber(text, '--random');
  if (chance >= 0 && chance < 1) return chance;
  throw new CommandError('--random should be a number from 0 to less than 1.');
}

/** Reads an outcome: a status, `timeout`, `interrupted`, a connection error's code, or JSON of a response. */
async function readOutcome(word: string, timeoutMs: number): Promise<Outcome> {
  if (/^[1-9]\d\d$/.test(word)) return response({ status: Number(word) });
  if (word === 'interrupted') return { kind: 'interrupted', by: 'worker_lost' };
  if (word === 'timeout') {
    const timings = { ...noTimings, totalMs: timeoutMs };
    return { kind: 'timeout', afterMs: timeoutMs, phase: 'headers', requestSent: true, timings };
  }
  const code = connectionErrorCodes.find((one) => one === word);
  if (code !== undefined) return connectionError(code);
  if (word.startsWith('{')) {
    const given = await readJsonObject(word, 'An outcome');
    if (typeof given.status === 'number' && given.status >= 100 && given.status <= 999) return response(given);
  }
  const known = ['timeout', 'interrupted', ...connectionErrorCodes].join(', ');
  throw new CommandError(
    `An outcome is a status like 429, {"status":429,"headers":{…},"body":…}, or one of ${known}; not "${word}".`,
  );
}

function connectionError(code: ConnectionErrorCode): Outcome {
  const requestSent = code === 'connection_reset' || code === 'http_invalid' || code === 'too_many_redirects';
  const timings = { ...noTimings, totalMs: 0 };
  return { kind: 'connection_error', code, message: `The attempt ended in ${code}`, requestSent, timings };
}

function response({ status, headers, body, ms }: Record<string, unknown>): Outcome {
  const pairs = Object.entries((headers ?? {}) as Record<string, unknown>);
  const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
  return {
    kind: 'response',
    status: status as number,
    headers: pairs.map(([name, value]) => [name.toLowerCase(), String(value)]),
    body: new TextEncoder().encode(text),
    truncated: false,
    redirects: [],
    timings: { ...noTimings, totalMs: typeof ms === 'number' ? ms : 0 },
    remoteAddress: null,
  };
}
