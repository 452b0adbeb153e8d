import { type ChildProcess, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isBuilt } from '#src/cli/build/build.ts';
import { checkout } from '#src/cli/build/run-command.ts';
import { childEnvironment } from '#src/config.ts';

const mainScript = fileURLToPath(new URL('../main.ts', import.meta.url));

/** The marker file that `build` writes last. */
const stamp = join(checkout, '.next/RINGBACK_BUILT');

/** `stale`: the sources have changed since the build. */
export type DashboardState = 'built' | 'stale' | 'missing';

/**
 * Builds the dashboard while the demo runs. The API does not need it, and the web process serves it once it is built.
 */
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

  /** Builds the dashboard. Resolves with true when the build succeeded. */
  async build(): Promise<boolean> {
    const child = fork(mainScript, ['build'], {
      env: childEnvironment({}) as NodeJS.ProcessEnv,
      execArgv: [],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      // The build starts processes of its own. A process group lets them end with the build.
      detached: process.platform !== 'win32',
    });
    this.#child = child;
    const code = new Promise<number | null>((resolve) => child.once('exit', resolve));
    this.#ended = code;
    const built = (await code) === 0;
    this.#child = undefined;
    return built;
  }

  /** Stops a running build. */
  async stop(): Promise<void> {
    const pid = this.#child?.pid;
    if (pid === undefined) return;
    try {
      if (process.platform === 'win32') this.#child?.kill();
      else process.kill(-pid, 'SIGTERM');
    } catch (error) {
      // ESRCH means that the build has just ended.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
    await this.#ended;
  }
}
