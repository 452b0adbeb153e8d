import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';

export type Command = [name: string, ...args: string[]];

/** `label`: stands before each line of output, for steps that run beside others; undefined: the terminal is the command's own.
 * `tail`: gets the last 20 lines of the output of a command with a label. */
export type Given = { env: NodeJS.ProcessEnv; label: string | undefined; tail?: string[] };

const tailLines = 20;

const root = path.resolve(import.meta.dirname, '../..');
const onWindows = process.platform === 'win32';
const running = new Set<ChildProcess>();
let interrupted = false;

/** Whether somebody has told this run to stop. */
export const isInterrupted = (): boolean => interrupted;

/** Runs a command in the checkout; answers its exit code. */
export function execute([command, ...args]: Command, { env, label, tail = [] }: Given): Promise<number> {
  return new Promise((resolve) => {
    // A group of its own, so that stopping it also stops what it has started.
    const child = spawn(command, args, {
      cwd: root,
      env,
      stdio: ['ignore', label === undefined ? 'inherit' : 'pipe', label === undefined ? 'inherit' : 'pipe'],
      detached: !onWindows,
      shell: onWindows,
    });
    running.add(child);
    for (const stream of [child.stdout, child.stderr]) {
      if (!stream) continue;
      createInterface({ input: stream }).on('line', (line) => {
        say(label, line);
        tail.push(line);
        if (tail.length > tailLines) tail.shift();
      });
    }
    child.on('error', (error) => {
      say(label, `${command} cannot be started: ${error.message}`);
      resolve(1);
    });
    child.on('close', (code) => {
      running.delete(child);
      resolve(code ?? 1);
    });
  });
}

/** Prints a line of a step, after its label if it has one. */
export function say(label: string | undefined, line: string): void {
  process.stdout.write(label === undefined ? `${line}\n` : `${label} │ ${line}\n`);
}

/** The first time the commands may clean up after themselves; the second time, or after 10 s, they end at once. */
export function interrupt(): void {
  signalAll(interrupted ? 'SIGKILL' : 'SIGINT');
  interrupted = true;
  setTimeout(() => signalAll('SIGKILL'), 10_000).unref();
}

function signalAll(signal: NodeJS.Signals): void {
  for (const { pid } of running) {
    if (pid === undefined) continue;
    try {
      process.kill(onWindows ? pid : -pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}
