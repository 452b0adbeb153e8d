import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { packedClient } from './packed-client.ts';

const execute = promisify(execFile);
const checkout = path.resolve(import.meta.dirname, '../..');

/** A Next app that was built with the packed client, and can be started as in production. */
export type NextApp = {
  /** Starts it on a port, and resolves once it answers. */
  start(port: number, env: Record<string, string>): Promise<void>;
  /** Stops it, and removes its files. */
  close(): Promise<void>;
};

/** Builds an app with these files, by their paths in it. `next build` takes a while. */
export async function buildNextApp(files: Record<string, string>): Promise<NextApp> {
  // Below the checkout Next, React and the SDKs are found, while the client is the packed one.
  const place = path.join(checkout, 'test-results');
  await mkdir(place, { recursive: true });
  const home = await mkdtemp(path.join(place, 'next-app-'));
  const scope = path.join(home, 'node_modules/@ringback');
  await mkdir(scope, { recursive: true });
  await execute('tar', ['-xzf', await packedClient(), '-C', scope]);
  await rename(path.join(scope, 'package'), path.join(scope, 'client'));
  const all: Record<string, string> = {
    'package.json': JSON.stringify({ name: 'app', private: true, type: 'module' }),
    'next.config.mjs': `export default { turbopack: { root: ${JSON.stringify(checkout)} } };\n`,
    'app/layout.js':
      'export default function Layout({ children }) {\n  return <html lang="en"><body>{children}</body></html>;\n}\n',
    ...files,
  };
  for (const [name, text] of Object.entries(all)) {
    await mkdir(path.dirname(path.join(home, name)), { recursive: true });
    await writeFile(path.join(home, name), text);
  }
  const next = path.join(checkout, 'node_modules/next/dist/bin/next');
  const env = { ...process.env, NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' as const };
  await execute(process.execPath, [next, 'build'], {
    cwd: home,
    env,
  });
  let child: ChildProcess | undefined;
  return {
    async start(port, more) {
      const args = [next, 'start', '-p', String(port)];
      child = spawn(process.execPath, args, { cwd: home, env: { ...env, ...more }, stdio: 'ignore' });
      for (;;) {
        if (child.exitCode !== null) throw new Error(`next start ended with ${child.exitCode}`);
        const answer = await fetch(`http://127.0.0.1:${port}/api/ready`).catch(() => null);
        if (answer?.ok) return;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    },
    async close() {
      if (child?.exitCode === null) {
        const ended = once(child, 'exit');
        child.kill('SIGTERM');
        await ended;
      }
      await rm(home, { recursive: true, force: true });
    },
  };
}
