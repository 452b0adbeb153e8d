import { exitWithParent } from './child.ts';

/**
 * Signals within this time count as one. npm and our own wrapper forward a Ctrl-C that the terminal has sent to this
 * process too.
 */
const oneWishMs = 1000;

/**
 * The environment variable with the process id of `up`, set for its children. A terminal or a service manager signals
 * all processes at once, but `up` decides when each child stops, and kills a child that does not.
 */
export const keptBy = 'KEPT_BY';

/** The request to stop: from a signal, from a parent that is gone, or from `give`. */
export class StopSignal {
  readonly #given = Promise.withResolvers<void>();
  #wishes = 0;
  #lastAt = Number.NEGATIVE_INFINITY;
  /** Called on a second signal: the stop must not wait for anything any more. */
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
