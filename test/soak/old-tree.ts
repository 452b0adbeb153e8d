import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Writes the program of another commit into a folder, with the packages of this checkout where those are the same, else
 * with its own, which npm brings.
 */
export async function writeTree(
  ref: string,
  folder: string,
): Promise<{ commit: string; packages: 'ours' | 'its own' }> {
  const commit = (await run('git', ['rev-parse', '--short', `${ref}^{commit}`])).stdout.trim();
  const archive = spawn('git', ['archive', commit], { stdio: ['ignore', 'pipe', 'inherit'] });
  const unpack = spawn('tar', ['-x', '-C', folder], { stdio: [archive.stdout, 'inherit', 'inherit'] });
  const [code] = await once(unpack, 'exit');
  if (code !== 0) throw new Error(`${ref} could not be unpacked`);
  if (await hasSamePackages(folder)) {
    await symlink(join(process.cwd(), 'node_modules'), join(folder, 'node_modules'));
    return { commit, packages: 'ours' };
  }
  await run('npm', ['ci', '--no-audit', '--no-fund', '--prefer-offline'], { cwd: folder });
  return { commit, packages: 'its own' };
}

async function hasSamePackages(folder: string): Promise<boolean> {
  const { dependencies } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  for (const [name, version] of Object.entries(dependencies)) {
    const text = await readFile(join('node_modules', name, 'package.json'), 'utf8').catch(() => '{}');
    if ((JSON.parse(text) as { version?: string }).version !== version) return false;
  }
  return true;
}
