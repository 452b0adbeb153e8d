import { spawn } from 'node:child_process';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StartError } from '#src/cli/start-error.ts';

/** The root folder of the checkout, with package.json. */
export const checkout = fileURLToPath(new URL('../../..', import.meta.url));

type RunOptions = Readonly<{
  env: Readonly<Record<string, string | undefined>>;
  /** True: output is printed only when the command fails. */
  quiet?: boolean;
  /** Folder to run in. Default: the checkout. */
  cwd?: string;
}>;

/** Runs a script of an installed package on this Node. Throws a StartError when the script fails. */
export async function run(script: readonly string[], options: RunOptions): Promise<void> {
  const [file = '', ...rest] = script;
  await start(process.execPath, script, { ...options, name: [basename(file), ...rest].join(' ') });
}

/** Runs npm quietly and returns what it printed. Throws a StartError when npm fails. */
export function runNpm(args: readonly string[], options: Omit<RunOptions, 'quiet'>): Promise<string> {
  return start(process.platform === 'win32' ? 'npm.cmd' : 'npm', args, {
    ...options,
    quiet: true,
    name: ['npm', ...args].join(' '),
  });
}

async function start(
  command: string,
  args: readonly string[],
  { env, quiet = false, cwd = checkout, name }: RunOptions & { name: string },
): Promise<string> {
  const child = spawn(command, args, {
    cwd,
    env: env as NodeJS.ProcessEnv,
    // Windows starts .cmd files only by its shell.
    shell: command.endsWith('.cmd'),
    stdio: ['ignore', quiet ? 'pipe' : 'inherit', quiet ? 'pipe' : 'inherit'],
  });
  let printed = '';
  let errors = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  if (code === 0) return printed;
  throw new StartError(`${printed.trim()}\n${errors.trim()}\n"${name}" failed.`.trim());
}
