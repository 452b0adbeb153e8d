import { type ChildProcess, fork } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import type { Log } from '#src/log.ts';
import type { ChildMessage } from './child.ts';
import { keptBy } from './stop-signal.ts';

export type KeptChildOptions = Readonly<{
  name: string;
  script: string;
  args: readonly string[];
  /** Returns the environment of the process. Called for every start. */
  environment(): Readonly<Record<string, string | undefined>>;
  /** Called whenever the process has ended, before it is started again, and also when `stop` had to kill it. */
  onDeath(): Promise<void>;
  /**
   * Called when the process reports that starting it again is pointless, and when it never ran and three starts in a row
   * failed in the same way. What may pass is refused so only at the first start: a process that ran before is started
   * until it runs again.
   */
  onRefused(message: string): void;
  log: Log;
  /** After so many milliseconds without a first `ready` the log says what hinders it. Only tests pass it. */
  tellDelayAfterMs?: number;
}>;

const longestPauseMs = 5000;
/** A process that lived longer than this was healthy. It is then started again at once, as after its first end. */
const wellAfterMs = 60_000;
/** So many starts that failed in the same way, one after the other, leave no hope for the next one. */
const hopelessStarts = 3;

/**
 * Keeps a child process running. Starts it again whenever it ends: at once the first time, then after growing pauses.
 */
export class KeptChild {
  readonly #options: KeptChildOptions;
  readonly #firstReady = Promise.withResolvers<void>();
  #process: ChildProcess | undefined;
  #exited: Promise<void> = Promise.resolve();
  #stopping = false;
  #wasReady = false;
  #stopped = new AbortController();
  #pauseMs = 0;
  #starts = 0;
  #failure: { message: string; start: number; times: number } | undefined;
  #toldDelay = false;
  readonly #keptSince = performance.now();

  constructor(options: KeptChildOptions) {
    this.#options = options;
    this.#start();
  }

  /** Resolves when the process reports for the first time that it is ready. */
  get ready(): Promise<void> {
    return this.#firstReady.promise;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  #start(): void {
    const { script, args, environment } = this.#options;
    this.#starts += 1;
    const start = this.#starts;
    const startedAt = performance.now();
    const env: Record<string, string | undefined> = { ...environment(), [keptBy]: String(process.pid) };
    const child = fork(script, args, { env: env as NodeJS.ProcessEnv, execArgv: [] });
    this.#process = child;
    child.on('message', (message: ChildMessage) => this.#take(message, start));
    this.#exited = new Promise((resolve) => {
      const onEnd = (code: number | null, signal: string | null) => {
        resolve();
        if (!this.#stopping) void this.#startAgain({ code, signal }, performance.now() - startedAt);
      };
      child.once('exit', onEnd);
      child.on('error', (err) => {
        this.#options.log.error({ err }, `${this.#options.name} could not be started or signalled`);
        // A process that could not be started emits no `exit`.
        if (child.pid === undefined) onEnd(null, null);
      });
    });
  }

  #take(message: ChildMessage, start: number): void {
    if (message.kind === 'ready') {
      this.#wasReady = true;
      this.#firstReady.resolve();
    } else if (message.kind === 'refused') {
      if (!(message.mayPass && this.#wasReady)) this.#options.onRefused(message.message);
    } else if (!this.#wasReady) {
      if (message.passing) this.#tellDelay(message.message);
      else this.#countFailure(message.message, start);
    }
  }

  /** Logs once what hinders the first start, if that takes long: whoever waits for it must know. */
  #tellDelay(message: string): void {
    const { name, log, tellDelayAfterMs = 10_000 } = this.#options;
    if (this.#toldDelay || performance.now() - this.#keptSince < tellDelayAfterMs) return;
    this.#toldDelay = true;
    log.warn({}, `${name} does not start yet: ${message}`);
  }

  #countFailure(message: string, start: number): void {
    const { name, log, onRefused } = this.#options;
    const last = this.#failure;
    // A start between the two that ended in another way shows that there is more than one reason.
    const times = last?.message === message && last.start === start - 1 ? last.times + 1 : 1;
    this.#failure = { message, start, times };
    if (times < hopelessStarts) return;
    log.error({}, `${name} failed ${times} times in the same way: ${message}`);
    onRefused(message);
  }

  async #startAgain(end: { code: number | null; signal: string | null }, livedMs: number): Promise<void> {
    const { name, log } = this.#options;
    if (livedMs > wellAfterMs) this.#pauseMs = 0;
    log.warn({ ...end, pauseMs: this.#pauseMs }, `${name} ended and is started again`);
    void this.#reportDeath();
    await pause(this.#pauseMs, undefined, { signal: this.#stopped.signal }).catch(() => undefined);
    this.#pauseMs = Math.min(Math.max(this.#pauseMs * 2, 250), longestPauseMs);
    if (!this.#stopping) this.#start();
  }

  async #reportDeath(): Promise<void> {
    const { name, log, onDeath } = this.#options;
    await onDeath().catch((err: unknown) => log.warn({ err }, `${name}'s end could not be reported`));
  }

  /** Asks the process to end, and kills it when that takes longer than `patienceMs`. */
  async stop(patienceMs: number): Promise<void> {
    this.#stopping = true;
    this.#stopped.abort();
    if (this.#hasEnded()) return;
    this.#process?.kill('SIGTERM');
    const inTime = await Promise.race([this.#exited.then(() => true), pause(patienceMs, false, { ref: false })]);
    if (inTime) return;
    this.#options.log.warn({ patienceMs }, `${this.#options.name} did not end in time and is killed`);
    this.kill();
    await this.#exited;
    await this.#reportDeath();
  }

  /** Kills the process at once. */
  kill(): void {
    this.#stopping = true;
    this.#process?.kill('SIGKILL');
  }

  #hasEnded(): boolean {
    return this.#process?.pid === undefined || this.#process.exitCode !== null || this.#process.signalCode !== null;
  }
}
