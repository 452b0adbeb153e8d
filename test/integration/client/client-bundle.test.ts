import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type InstalledProgram, installProgram } from './installed-program.ts';

let installed: InstalledProgram;

beforeAll(async () => {
  installed = await installProgram();
}, 180_000);
afterAll(() => installed.remove());

/** Returns the code that a bundler makes of a page that uses some exports, and its size when it is sent. */
async function bundled(names: string): Promise<{ code: string; gzipped: number }> {
  const input = path.join(installed.project, 'page.js');
  await writeFile(input, `import { ${names} } from '@ringback/client';\nconsole.log(${names});\n`);
  const bundle = await rolldown({ input, cwd: installed.project, platform: 'browser', logLevel: 'silent' });
  const { output } = await bundle.generate({ format: 'esm', minify: true });
  await bundle.close();
  const [{ code }] = output;
  return { code, gzipped: gzipSync(code).byteLength };
}

it('every file that the manifest names is in the package', async () => {
  const manifest = JSON.parse(await readFile(path.join(installed.folder, 'package.json'), 'utf8'));
  const named = (value: unknown): string[] =>
    typeof value === 'string' ? [value] : Object.values((value ?? {}) as object).flatMap(named);
  const files = named([manifest.exports, manifest.bin, manifest.main, manifest.types]);
  expect(files.length).toBeGreaterThanOrEqual(8);
  expect(files.filter((file) => !existsSync(path.join(installed.folder, file)))).toEqual([]);
});

it('the core is less than 20 kB for a browser or an edge platform, and needs nothing of Node', async () => {
  const { code, gzipped } = await bundled('createRingback');
  expect(gzipped).toBeLessThan(20_000);
  expect(code).not.toMatch(/node:|require\(/);
  // What receives callbacks, and what serves them in a framework, is not in it.
  expect(code).not.toMatch(/no_matching_signature|seen_store_failed/);
});

it('verifying a callback does not bring the calls along, nor the routes', async () => {
  const { code, gzipped } = await bundled('verifyCallback');
  expect(gzipped).toBeLessThan(6_000);
  expect(code).not.toMatch(/node:|seen_store_failed|\/api\/trpc/);
});
