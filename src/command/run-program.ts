import { type Command, CommanderError } from 'commander';
import { RingbackError } from '#src/client/call/errors.ts';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { CommandError, exitCodes } from './command-error.ts';
import { maskSecrets, messageOf } from './terminal.ts';

/** Prepares a program before its commands are added: usage errors are thrown, and what is printed has no secrets. */
export function prepareProgram(program: Command): Command {
  return program
    .exitOverride()
    .showHelpAfterError('(--help shows how it is written)')
    .configureOutput({ writeErr: (text) => void process.stderr.write(maskSecrets(text)) });
}

/**
 * Runs the command of the arguments. An error that the user can fix is printed to stderr, with `--json` as JSON, and
 * sets the exit code. Any other error is thrown.
 */
export async function runProgram(program: Command, argv: readonly string[] = process.argv): Promise<void> {
  try {
    await program.parseAsync(argv);
  } catch (error) {
    // Commander has printed its own message, or the help that was asked for.
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.refused;
      return;
    }
    const exitCode = exitCodeOf(error);
    if (exitCode === null) throw error;
    process.stderr.write(`${maskSecrets(argv.includes('--json') ? jsonOf(error) : textOf(error))}\n`);
    process.exitCode = exitCode;
  }
}

function exitCodeOf(error: unknown): number | null {
  if (error instanceof CommandError) return error.exitCode;
  if (error instanceof Refusal) return exitCodes.refused;
  if (error instanceof Error && error.message === 'interrupted') return exitCodes.interrupted;
  if (!(error instanceof RingbackError)) return null;
  if (error.code === 'wait_timeout') return exitCodes.waitedLongEnough;
  const isAway = error.code === 'network_error' || error.code === 'bad_answer' || (error.status ?? 0) >= 500;
  return isAway ? exitCodes.away : exitCodes.refused;
}

function textOf(error: unknown): string {
  return error instanceof RingbackError ? `${messageOf(error)} (${error.code})` : messageOf(error);
}

function jsonOf(error: unknown): string {
  const { code, field, requestId } = error as Partial<RingbackError>;
  return JSON.stringify({ error: { code: code ?? 'usage', message: messageOf(error), field, requestId } });
}
