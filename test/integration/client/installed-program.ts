import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { packedClient } from '#test/support/packed-client.ts';

/** What a command of the program did: its exit code, or the signal that ended it, and what it wrote. */
export type Ran = { code: number | string | null; out: string; err: string };

export type RunOptions = {
  env?: Record<string, string>;
  stdin?: string;
  /** Called with all of stderr and stdout so far, each time there is more. `kill` sends one signal at most. */
  onText?: (text: string, kill: (signal: NodeJS.Signals) => void) => void;
};

export type InstalledProgram = {
  /** Folder of an empty project that has nothing but the package. */
  project: string;
  /** Folder of the installed package. */
  folder: string;
  run(args: readonly string[], options?: RunOptions): Promise<Ran>;
  remove(): Promise<void>;
};

/** Installs the packed client into an empty project, as npm does, and returns the project's folder. */
export async function installClient(prefix: string, manifest: { type?: 'module' } = {}): Promise<string> {
  const project = await mkdtemp(path.join(tmpdir(), prefix));
  await writeFile(path.join(project, 'package.json'), JSON.stringify({ name: 'app', private: true, ...manifest }));
  const npm = ['install', '--offline', '--no-audit', '--no-fund', '--ignore-scripts', await packedClient()];
  await promisify(execFile)('npm', npm, { cwd: project });
  return project;
}

/** Installs the packed client into an empty project, and returns its program. */
export async function installProgram(): Promise<InstalledProgram> {
  const project = await installClient('ringback-program-');
  const bin = path.join(project, 'node_modules/.bin/ringback');
  return {
    project,
    folder: path.join(project, 'node_modules/@ringback/client'),
    run: (args, options) => runProgram(bin, project, args, options),
    remove: () => rm(project, { recursive: true, force: true }),
  };
}

async function runProgram(bin: string, cwd: string, args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  // Settings of the machine that runs the test must not reach the program.
  const { PATH, HOME, NODE_ENV } = process.env;
  const child = spawn(process.execPath, [bin, ...args], { cwd, env: { PATH, HOME, NODE_ENV, ...options.env } });
  const read = { out: '', err: '' };
  // A second signal would meet a program that is ending, whose own handlers are gone.
  const kill = (signal: NodeJS.Signals) => void (child.killed || child.kill(signal));
  for (const [name, stream] of [
    ['out', child.stdout],
    ['err', child.stderr],
  ] as const) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      read[name] += text;
      options.onText?.(read.err + read.out, kill);
    });
  }
  // A program that ends at once does not read it.
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.stdin ?? '');
  const code = await new Promise<number | string | null>((resolve, reject) => {
    child.on('error', reject).on('close', (status, signal) => resolve(status ?? signal));
  });
  return { code, ...read };
}
