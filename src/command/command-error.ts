/** What the exit code of a command says to scripts. docs/cli.md lists the same codes. */
export const exitCodes = {
  done: 0,
  /** The job failed, or the receiver of a sample did not take it. */
  failed: 1,
  /** The command was written wrongly, or Ringback refused it. */
  refused: 2,
  /** Ringback could not be reached, or could not answer. */
  away: 3,
  cancelled: 4,
  /** The job had not ended when `--max-wait` had passed. */
  waitedLongEnough: 5,
  /** Ctrl-C. */
  interrupted: 130,
} as const;

/** An error that the user of a command can fix. The command prints its message, without a stack. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exitCode: number;

  constructor(message: string, exitCode: number = exitCodes.refused) {
    super(message);
    this.exitCode = exitCode;
  }
}
