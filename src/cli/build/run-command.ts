import { spawn } from 'node:child_process';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StartError } from '#src/cli/start-error.ts';

/** The root folder of the checkout, with package.json. */
export const checkout = fileURLToPath(new URL('../../..', import.meta.url));

type RunOptions = Readonly<{
  env: Readonly<Record<string, string | undefined>>;
  /** True: output is printed only when the script fails. */
  quiet?: boolean;
}>;

/** Runs a script of an installed package on this Node, in the checkout. Throws a StartError when the script fails. */
export async function run(script: readonly string[], { env, quiet = false }: RunOptions): Promise<void> {
  const child = spawn(process.execPath, script, {
    cwd: checkout,
    env: env as NodeJS.ProcessEnv,
    stdio: ['ignore', quiet ? 'pipe' : 'inherit', quiet ? 'pipe' : 'inherit'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  }
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  if (code === 0) return;
  const [file = '', ...rest] = script;
  throw new StartError(`${said.trim()}\n"${[basename(file), ...rest].join(' ')}" failed.`.trim());
}
