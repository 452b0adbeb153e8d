/** An error that the user can fix. The CLI prints only its message, without a stack, and exits with code 1. */
export class StartError extends Error {
  override readonly name = 'StartError';
}
