import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { writeServerPackage } from '#src/cli/build/pack-server.ts';
import { findRunning, shutDown } from '#src/cli/postgres/postgres-process.ts';

const modules = join(import.meta.dirname, '../../../node_modules');
/** A start on a busy machine makes a cluster and two processes. */
const wait = { timeout: 90_000, interval: 50 };

/** An app's folder into which the package is installed, and that has nothing else of ours. */
async function installed(): Promise<{ app: string; folder: string }> {
  const app = await mkdtemp(join(tmpdir(), 'ringback-installed-'));
  await chmod(app, 0o755);
  onTestFinished(async () => {
    const server = await findRunning(join(app, '.ringback/postgres/data')).catch(() => undefined);
    if (server) await shutDown(server.pid);
    await rm(app, { recursive: true, force: true });
  });
  const folder = join(app, 'node_modules/ringback');
  const { dependencies } = await writeServerPackage(folder);
  for (const name of Object.keys(dependencies as object)) {
    const link = join(app, 'node_modules', name);
    await mkdir(join(link, '..'), { recursive: true });
    await symlink(join(modules, name), link);
  }
  return { app, folder };
}

it('runs from node_modules: `ringback up` makes a database in an empty folder, and a job comes through', async () => {
  const { app, folder } = await installed();
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Record<string, unknown>;
  expect(manifest).not.toHaveProperty('private');
  expect(manifest).not.toHaveProperty('devDependencies');
  const files = await readdir(join(folder, 'src'), { recursive: true });
  expect(files.filter((name) => name.endsWith('.ts'))).toEqual([]);

  const bin = join(folder, (manifest.bin as { ringback: string }).ringback);
  const child = spawn(process.execPath, [bin, 'up', '--no-build'], {
    cwd: app,
    env: { ...process.env, PORT: '0', RINGBACK_WORKER_DRAIN_SECONDS: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'close');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  await vi.waitFor(() => expect(output).toContain('Ringback is'), wait);
  const url = /Ringback is {2}(\S+)/.exec(output)?.[1] ?? '';
  const { apiKey } = JSON.parse(await readFile(join(app, '.ringback/credentials.json'), 'utf8')) as { apiKey: string };
  const answer = await fetch(`${url}/v1/jobs`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json', prefer: 'wait=20' },
    body: JSON.stringify({ url: `${url}/playground/target?plan=200` }),
  });
  expect(await answer.json()).toMatchObject({ state: 'completed', attempts: 1 });
  child.kill('SIGTERM');
  expect(await ended, output).toEqual([0, null]);
}, 180_000);
