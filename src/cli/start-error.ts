/**
 * When the same start may succeed later, although nobody changes anything. `never`: somebody must change something.
 * `released`: another program may let go of what this one needs, such as a port. `alone`: it passes by itself, as when a
 * database is away for a moment.
 */
export type Passes = 'never' | 'released' | 'alone';

/** An error that the user can fix. The CLI prints only its message, without a stack, and exits with code 1. */
export class StartError extends Error {
  override readonly name = 'StartError';
  readonly passes: Passes;

  constructor(message: string, { passes = 'never', ...options }: ErrorOptions & { passes?: Passes } = {}) {
    super(message, options);
    this.passes = passes;
  }
}
