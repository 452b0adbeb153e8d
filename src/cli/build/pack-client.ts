import { copyFile, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { StartError } from '#src/cli/start-error.ts';
import { childEnvironment } from '#src/config.ts';
import { cutDeclarations, resolve, specifierFrom } from './client-declarations.ts';
import { clientManifest } from './client-manifest.ts';
import { checkout, run, runNpm } from './run-command.ts';

const entry = 'client/index';

/**
 * Makes `dist/client.tgz`, the package `@ringback/client`, and returns its path. The compiler writes JavaScript and
 * declarations. Only the parts that the client's exports need are packed.
 */
export async function packClient(): Promise<string> {
  const dist = join(checkout, 'dist');
  await mkdir(dist, { recursive: true });
  // The folder is inside the checkout, so that the compiler finds node_modules. Its name is unique, so that two
  // processes may pack at once.
  const work = await mkdtemp(join(dist, 'pack-'));
  try {
    const compiled = join(work, 'compiled');
    await compile(work, compiled);
    const folder = join(work, 'package');
    const files = new Map([...(await readModules(compiled)), ...cutDeclarations(compiled, `${entry}.d.ts`)]);
    for (const [path, text] of files) await write(join(folder, 'dist', path), text);
    await write(join(folder, 'package.json'), `${JSON.stringify(clientManifest(checkout), null, 2)}\n`);
    await copyFile(join(checkout, 'src/client/README.md'), join(folder, 'README.md'));
    await copyFile(join(checkout, 'LICENSE'), join(folder, 'LICENSE'));
    const packed = await npmPack(folder);
    const target = join(dist, 'client.tgz');
    await rename(packed, target);
    return target;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Compiles without checking types, which `npm run check` does. */
async function compile(work: string, outDir: string): Promise<void> {
  const config = {
    extends: join(checkout, 'tsconfig.json'),
    compilerOptions: {
      ...{ rootDir: join(checkout, 'src'), outDir, target: 'es2022', plugins: [] },
      ...{ noEmit: false, noCheck: true, declaration: true, incremental: false, allowJs: false },
      // Without this option the compiler writes nothing when imports end in .ts. It leaves `#src/` imports to us.
      rewriteRelativeImportExtensions: true,
    },
    include: [],
    files: [join(checkout, 'src', `${entry}.ts`)],
  };
  const path = join(work, 'tsconfig.json');
  await write(path, JSON.stringify(config));
  const manifest = createRequire(import.meta.url).resolve('typescript/package.json');
  await run([join(dirname(manifest), 'bin/tsc'), '-p', path], { env: childEnvironment({}), quiet: true });
}

/** Returns the entry's JavaScript and all modules it imports, by path. Their specifiers work on any runtime. */
async function readModules(compiled: string): Promise<Map<string, string>> {
  const modules = new Map<string, string>();
  const waiting = [`${entry}.js`];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (modules.has(path)) continue;
    if (!/^(client|domain)\//.test(path)) throw new StartError(`The client must not contain ${path}.`);
    const from = path;
    const text = await readFile(join(compiled, path), 'utf8');
    const written = text.replaceAll(/^((?:import|export|\}) .*?from |import )'([^']+)';$/gm, (_, before, specifier) => {
      const target = resolve(from, specifier);
      if (target !== null) waiting.push(target.replace(/\.d\.ts$/, '.js'));
      return `${before}'${specifierFrom(from, specifier)}';`;
    });
    modules.set(path, written);
  }
  return modules;
}

async function npmPack(folder: string): Promise<string> {
  const args = ['pack', '--silent', '--ignore-scripts', '--offline'];
  const printed = await runNpm(args, { cwd: folder, env: childEnvironment({}) });
  const name = printed.trim().split('\n').at(-1);
  if (!name) throw new StartError('npm did not say what it has packed.');
  return join(folder, name);
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
