import { type ChildProcess, fork } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { probePort } from '#src/cli/postgres/free-port.ts';
import type { ChildMessage } from '#src/cli/run/child.ts';
import { StartError } from '#src/cli/start-error.ts';
import { type Config, childEnvironment } from '#src/config.ts';
import type { CredentialsFile } from '#src/server/sign-in/first-start.ts';

const mainScript = fileURLToPath(new URL('../main.ts', import.meta.url));
/** The time limit of the start. A first start creates a database cluster, which may take long on a slow disk. */
const patienceMs = 120_000;
const keptOutput = 20_000;

/** Runs a whole Ringback by `up --dev --no-build` in a process of its own. Its output does not appear on the screen. */
export class DemoRingback {
  readonly port: number;
  /** The URL of this Ringback on this machine, whatever its public URL is. */
  readonly localUrl: string;
  /** Rejects when the process ends before `stop` was called. */
  readonly lost: Promise<never>;
  readonly #config: Config;
  readonly #child: ChildProcess;
  readonly #exited: Promise<void>;
  #stopping = false;
  #refusal: string | undefined;
  #said = '';

  constructor(config: Config, port: number) {
    this.#config = config;
    this.port = port;
    this.localUrl = `http://${ownAddress(config.host)}:${port}`;
    // The demo's API and receiver are on this machine. Jobs may reach them only in development mode.
    const environment = childEnvironment({ PORT: String(port), RINGBACK_DEV: 'true' }) as NodeJS.ProcessEnv;
    this.#child = fork(mainScript, ['up', '--dev', '--no-build'], { env: environment, execArgv: [], silent: true });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#said = (this.#said + text).slice(-keptOutput);
      });
    }
    this.#child.on('message', (message: ChildMessage) => {
      if (message.kind !== 'ready') this.#refusal = message.message;
    });
    // All output has arrived when `close` comes, unlike with `exit`.
    this.#exited = new Promise((resolve) => this.#child.once('close', () => resolve()));
    this.lost = this.#exited.then(() => {
      if (this.#stopping) return new Promise<never>(() => undefined);
      throw new StartError(this.#refusal ?? `Ringback ended by itself: ${lastError(this.#said)}`);
    });
    this.lost.catch(() => undefined);
  }

  /** Resolves once the API answers. The dashboard may not be built yet. */
  ready(): Promise<CredentialsFile> {
    return Promise.race([this.#untilReady(), this.lost]);
  }

  async #untilReady(): Promise<CredentialsFile> {
    const url = `${this.localUrl}/readyz`;
    const deadline = performance.now() + patienceMs;
    while (!(await answers(url))) {
      if (performance.now() > deadline) {
        throw new StartError(
          `Ringback did not answer at ${url} within ${patienceMs / 1_000} s: ${lastError(this.#said)}`,
        );
      }
      await pause(50);
    }
    return JSON.parse(await readFile(join(this.#config.dataDir, 'credentials.json'), 'utf8')) as CredentialsFile;
  }

  /** Stops the process in order, or by force when that takes far longer than it should. */
  async stop(): Promise<void> {
    this.#stopping = true;
    const { exitCode, signalCode } = this.#child;
    if (exitCode === null && signalCode === null) this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), this.#config.workerDrainSeconds * 1_000 + 30_000);
    await this.#exited;
    clearTimeout(timer);
  }
}

/** Returns the configured port, or the next free one. */
export async function findDemoPort(config: Config): Promise<number> {
  for (let port = config.port; port <= Math.min(config.port + 100, 65_535); port++) {
    const probe = await probePort(config.host, port);
    if (probe.kind === 'free') return probe.port;
    // `up` reports what is wrong with an address, or with a port that this user may not use.
    if (probe.kind !== 'taken') return port;
  }
  throw new StartError(`Port ${config.port} and the hundred after it are taken. Set PORT to a free one.`);
}

function ownAddress(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

/** Returns the most useful line of the output: the last line that looks like an error, else the last line. */
function lastError(said: string): string {
  const lines = said.split('\n').map((line) => line.trim());
  const errors = lines.filter((line) => /^(\w*Error\b|[A-Z].*[.!]$)/.test(line));
  return errors.at(-1) ?? lines.findLast((line) => line !== '') ?? 'it did not say why.';
}
