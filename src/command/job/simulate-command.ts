import { CommandError, exitCodes } from '#src/command/command-error.ts';
import type { Terminal } from '#src/command/terminal.ts';
import { readTrial, runSimulation } from '#src/contract/simulate/run-simulation.ts';
import type { TimeRange } from '#src/contract/simulate/simulation.ts';
import { connectionErrorCodes } from '#src/domain/decide/outcome.ts';
import { formatWait } from '#src/domain/decide/outcome-text.ts';
import { numeric, readJsonObject, readNumber } from './read-argument.ts';
import { readRetry } from './request-options.ts';

export type SimulateOptions = Readonly<{
  retry?: string;
  request?: string;
  timeout?: string;
  maxAttempts?: string;
  fields?: string;
  json?: boolean;
}>;

/**
 * Says what a policy does with outcomes, one after the other, as `retry.simulate` does. Nothing is sent, and no Ringback is
 * needed. Throws the refusals of a submission.
 */
export async function simulateCommand(
  words: readonly string[],
  options: SimulateOptions,
  terminal: Terminal,
): Promise<number> {
  const { maxAttempts, request, retry, timeout, fields } = options;
  const given = fields === undefined ? {} : await readJsonObject(fields, '--fields');
  const job = {
    ...given,
    ...(request !== undefined && { method: request }),
    ...(retry !== undefined && { retry: await readRetry(retry) }),
    ...(maxAttempts !== undefined && { maxAttempts: readNumber(maxAttempts, '--max-attempts') }),
    ...(timeout !== undefined && { timeout: { ...(given.timeout as object), durationInMs: numeric(timeout) } }),
  };
  const outcomes = await Promise.all(words.map(readOutcome));
  const simulation = runSimulation(readTrial({ job, outcomes }), Date.now());
  if (options.json) {
    terminal.print(JSON.stringify(simulation));
    return exitCodes.done;
  }
  for (const { number, startsAfterMs, decision } of simulation.attempts) {
    const at = rangeText(startsAfterMs).padEnd(16);
    terminal.print(`${String(number).padStart(3)}  at ${at}  ${(words[number - 1] ?? '').padEnd(18)}  ${decision.why}`);
  }
  const { end } = simulation;
  terminal.print(end === 'open' ? 'The job would try again; no outcome is left.' : `The job ends ${end}.`);
  return exitCodes.done;
}

function rangeText({ min, max }: TimeRange): string {
  const [from, to] = [formatWait(min), formatWait(max)];
  return from === to ? from : `${from} – ${to}`;
}

/** Reads an outcome: a status, `timeout`, `interrupted`, a connection error's code, or JSON as the API takes it. */
async function readOutcome(word: string): Promise<unknown> {
  if (/^[1-9]\d\d$/.test(word)) return Number(word);
  const failures = ['timeout', 'interrupted', ...connectionErrorCodes];
  if (failures.includes(word)) return { failure: word };
  if (word.startsWith('{')) return readJsonObject(word, 'An outcome');
  throw new CommandError(
    `An outcome is a status like 429, {"status":429,"headers":{…},"body":…}, or one of ${failures.join(', ')}; not "${word}".`,
  );
}
