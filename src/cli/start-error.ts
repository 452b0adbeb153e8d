/** An error that the user can fix. The CLI prints only its message, without a stack, and exits with code 1. */
export class StartError extends Error {
  override readonly name = 'StartError';
  /** True if the same start may succeed later, although nobody changes anything: a port may be free again. */
  readonly mayPass: boolean;

  constructor(message: string, { mayPass = false } = {}) {
    super(message);
    this.mayPass = mayPass;
  }
}
