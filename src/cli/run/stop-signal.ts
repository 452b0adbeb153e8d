import { exitWithParent } from './child.ts';

/** npm and our own wrapper pass on the very Ctrl-C that the terminal has sent to us too: so close together it is one. */
const oneWishMs = 1000;

/**
 * Set for the children of `up` to its process id. A terminal or a service manager signals all processes at once, but
 * it is `up` that says who stops when, and kills what does not.
 */
export const keptBy = 'KEPT_BY';

/** The wish to stop, from a signal, a parent that is gone, or `give`. */
export class StopSignal {
  readonly #given = Promise.withResolvers<void>();
  #wishes = 0;
  #lastAt = Number.NEGATIVE_INFINITY;
  /** Called when somebody insists: nothing is to be waited for any more. */
  onInsist: () => void = () => undefined;

  listen(): void {
    exitWithParent(() => this.give());
    if (process.env[keptBy] === String(process.ppid)) {
      process.on('SIGTERM', () => this.give());
      for (const name of ['SIGINT', 'SIGHUP'] as const) process.on(name, () => undefined);
      return;
    }
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => this.#wish());
  }

  get given(): Promise<void> {
    return this.#given.promise;
  }

  get isGiven(): boolean {
    return this.#wishes > 0;
  }

  give(): void {
    this.#wishes ||= 1;
    this.#given.resolve();
  }

  #wish(): void {
    const now = performance.now();
    if (now - this.#lastAt < oneWishMs) return;
    this.#lastAt = now;
    this.#wishes += 1;
    this.#given.resolve();
    if (this.#wishes === 2) this.onInsist();
    if (this.#wishes > 2) process.exit(130);
  }
}
