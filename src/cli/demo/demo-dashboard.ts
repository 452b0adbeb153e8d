import { type ChildProcess, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isBuilt } from '#src/cli/build/build.ts';
import { checkout } from '#src/cli/build/run-command.ts';
import { childEnvironment } from '#src/config.ts';

const mainScript = fileURLToPath(new URL('../main.ts', import.meta.url));

/** What `build` writes when all is done. */
const stamp = join(checkout, '.next/RINGBACK_BUILT');

/** `stale`: built from sources that have changed since. */
export type DashboardState = 'built' | 'stale' | 'missing';

/** Builds the dashboard beside the demo: the API needs none, and the web process takes it up when it is there. */
export class DemoDashboard {
  readonly state: DashboardState;
  #child: ChildProcess | undefined;
  #ended: Promise<unknown> = Promise.resolve();

  private constructor(state: DashboardState) {
    this.state = state;
  }

  static async find(): Promise<DemoDashboard> {
    if (await isBuilt()) return new DemoDashboard('built');
    return new DemoDashboard(existsSync(stamp) ? 'stale' : 'missing');
  }

  /** Resolves with whether it is built now. */
  async build(): Promise<boolean> {
    const child = fork(mainScript, ['build'], {
      env: childEnvironment({}) as NodeJS.ProcessEnv,
      execArgv: [],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      // A group of its own, because the build has processes of its own, which are to end with it.
      detached: process.platform !== 'win32',
    });
    this.#child = child;
    const code = new Promise<number | null>((resolve) => child.once('exit', resolve));
    this.#ended = code;
    const built = (await code) === 0;
    this.#child = undefined;
    return built;
  }

  /** Breaks off a build that is under way. */
  async stop(): Promise<void> {
    const pid = this.#child?.pid;
    if (pid === undefined) return;
    try {
      if (process.platform === 'win32') this.#child?.kill();
      else process.kill(-pid, 'SIGTERM');
    } catch (error) {
      // It has ended in this very moment.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
    await this.#ended;
  }
}
