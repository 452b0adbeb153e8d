import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, join } from 'node:path';
import { build } from './build.ts';
import { npmPack } from './pack-client.ts';
import { checkout } from './run-command.ts';

type Manifest = Record<string, unknown>;

/** What is taken of `.next`: the rest is the builder's cache and diary. */
const leftOut = /\/\.next\/(cache|diagnostics|trace|trace-build|types)$/;

/**
 * Makes `dist/release`: the packages `ringback` and `@ringback/client` as they are published, and returns their paths.
 * The first is all of Ringback, with the dashboard built. Its sources are JavaScript, because Node refuses TypeScript
 * below node_modules.
 */
export async function packRelease(): Promise<string[]> {
  await build();
  const release = join(checkout, 'dist/release');
  await rm(release, { recursive: true, force: true });
  await mkdir(release, { recursive: true });
  const work = await mkdtemp(join(release, 'pack-'));
  try {
    const folder = join(work, 'package');
    const { version } = await writeServerPackage(folder);
    for (const name of ['dist/docs', 'dist/client.tgz', '.next']) {
      const filter = (source: string) => !leftOut.test(source.replaceAll('\\', '/'));
      await cp(join(checkout, name), join(folder, name), { recursive: true, filter });
    }
    const server = join(release, `ringback-${version}.tgz`);
    const client = join(release, `ringback-client-${version}.tgz`);
    await rename(await npmPack(folder), server);
    await cp(join(checkout, 'dist/client.tgz'), client);
    return [server, client];
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Writes all of the package `ringback` but what is built, and returns its package.json. */
export async function writeServerPackage(folder: string): Promise<Record<string, unknown>> {
  await writeScripts(join(checkout, 'src'), join(folder, 'src'));
  for (const name of ['prisma/migrations', 'prisma/schema.prisma', ...plainFiles]) {
    await cp(join(checkout, name), join(folder, name), { recursive: true });
  }
  const manifest = releaseManifest(JSON.parse(await readFile(join(checkout, 'package.json'), 'utf8')) as Manifest);
  await write(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  return manifest;
}

const plainFiles = ['README.md', 'LICENSE', 'CHANGELOG.md', '.env.example', 'next.config.mjs'];

/**
 * Returns the package.json of the package `ringback`: that of the checkout, without what is for its developers. The
 * checkout itself stays private, since its sources would not run from node_modules.
 */
function releaseManifest(checkoutManifest: Manifest): Manifest {
  const { name, version, description, license, type, bin, engines, dependencies, repository, homepage } =
    checkoutManifest;
  return {
    ...{ name, version, description, license, type, bin, engines },
    ...(repository !== undefined && { repository }),
    ...(homepage !== undefined && { homepage }),
    imports: { '#src/*': './src/*' },
    dependencies,
    files: ['src', 'prisma', 'dist', '.next', '.env.example', 'next.config.mjs', 'CHANGELOG.md'],
    publishConfig: { access: 'public', provenance: true },
  };
}

/** Writes the sources as JavaScript. Types are replaced by spaces, so lines and columns stay as they are. */
async function writeScripts(from: string, to: string): Promise<void> {
  for (const entry of await readdir(from, { recursive: true, withFileTypes: true })) {
    // The dashboard is in `.next`, and nothing else imports its sources.
    if (/[\\/]src[\\/](ui|app)([\\/]|$)/.test(entry.parentPath)) continue;
    if (!entry.isFile() || !/\.(ts|mjs)$/.test(entry.name) || entry.name.endsWith('.d.ts')) continue;
    const file = join(entry.parentPath, entry.name);
    const target = join(to, file.slice(from.length)).replace(/\.ts$/, '.js');
    const text = await readFile(file, 'utf8');
    await write(target, scriptOf(entry.name.endsWith('.ts') ? stripTypeScriptTypes(text) : text));
  }
}

/** Returns a script whose imports, and other references to files of ours, name the JavaScript in place of TypeScript. */
export function scriptOf(text: string): string {
  return text.replace(/(['"])((?:\.{1,2}|#src)\/[\w./-]+)\.ts\1/g, '$1$2.js$1');
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
