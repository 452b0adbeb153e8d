import { copyFile, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire, findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';
import { StartError } from '#src/cli/start-error.ts';
import { childEnvironment } from '#src/config.ts';
import { bundleClient, bundleProgram } from './bundle-client.ts';
import { cutDeclarations } from './client-declarations.ts';
import {
  clientEntries,
  clientForms,
  clientManifest,
  entryManifests,
  otherLicences,
  programFolder,
} from './client-manifest.ts';
import { checkout, run, runNpm } from './run-command.ts';

const entries = Object.values(clientEntries).map((folder) => `${folder}/index`);

/**
 * Makes `dist/client.tgz`, the package `@ringback/client`, and returns its path. The package has two forms, for `import`
 * and for `require`: each entry is one file of JavaScript in them, with the declarations that the client's exports need. What is used
 * of tRPC is in both, with its licence. The program `ringback` is a third part, which the two forms do not load.
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
    const declarations = cutDeclarations(
      compiled,
      entries.map((entry) => `${entry}.d.ts`),
    );
    for (const form of Object.values(clientForms)) {
      for (const [path, text] of declarations) await write(join(folder, form, path), text);
    }
    for (const entry of entries) {
      await bundleClient(join(checkout, 'src', `${entry}.ts`), {
        esm: join(folder, clientForms.import, `${entry}.js`),
        cjs: join(folder, clientForms.require, `${entry}.js`),
      });
    }
    await bundleProgram(join(checkout, 'src/command/ringback-bin.ts'), join(folder, programFolder));
    await write(join(folder, clientForms.require, 'package.json'), '{ "type": "commonjs" }\n');
    await write(join(folder, 'package.json'), `${JSON.stringify(clientManifest(checkout), null, 2)}\n`);
    for (const [path, manifest] of entryManifests()) {
      await write(join(folder, path), `${JSON.stringify(manifest, null, 2)}\n`);
    }
    await copyFile(join(checkout, 'src/client/README.md'), join(folder, 'README.md'));
    await copyFile(join(checkout, 'LICENSE'), join(folder, 'LICENSE'));
    for (const [name, from] of Object.entries(otherLicences)) {
      await copyFile(join(folderOfPackage(from), 'LICENSE'), join(folder, name));
    }
    const packed = await npmPack(folder);
    const target = join(dist, 'client.tgz');
    await rename(packed, target);
    return target;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Writes the declarations, without checking types, which `npm run check` does. */
async function compile(work: string, outDir: string): Promise<void> {
  const config = {
    extends: join(checkout, 'tsconfig.json'),
    compilerOptions: {
      ...{ rootDir: join(checkout, 'src'), outDir, target: 'es2022', plugins: [] },
      ...{
        noEmit: false,
        noCheck: true,
        declaration: true,
        emitDeclarationOnly: true,
        incremental: false,
        allowJs: false,
      },
      // Without this option the compiler writes nothing when imports end in .ts. It leaves `#src/` imports to us.
      rewriteRelativeImportExtensions: true,
    },
    include: [],
    files: entries.map((entry) => join(checkout, 'src', `${entry}.ts`)),
  };
  const path = join(work, 'tsconfig.json');
  await write(path, JSON.stringify(config));
  const manifest = createRequire(import.meta.url).resolve('typescript/package.json');
  await run([join(dirname(manifest), 'bin/tsc'), '-p', path], { env: childEnvironment({}), quiet: true });
}

function folderOfPackage(name: string): string {
  const manifest = findPackageJSON(name, import.meta.url);
  if (manifest === undefined) throw new StartError(`${name} is not installed.`);
  return dirname(manifest);
}

/** Packs the package in this folder and returns the path of the file. */
export async function npmPack(folder: string): Promise<string> {
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
