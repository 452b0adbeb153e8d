/** Something the person at the terminal can put right: shown as its message alone, without a stack, and exit code 1. */
export class StartError extends Error {
  override readonly name = 'StartError';
}
