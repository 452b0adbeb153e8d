import { existsSync } from 'node:fs';
import { readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { createRequire, findPackageJSON } from 'node:module';
import { join } from 'node:path';
import { StartError } from '#src/cli/start-error.ts';
import { childEnvironment } from '#src/config.ts';
import { checkout, run } from './run-command.ts';

/** Our own marker file, written last. Next writes its BUILD_ID long before a build is complete. */
const stamp = join(checkout, '.next/RINGBACK_BUILT');
const built = ['.next/BUILD_ID', 'dist/client.tgz', 'dist/docs/swagger-ui-bundle.js'];

/** Builds the dashboard, packs the client and copies the viewer of the API reference, unless the last build is newer than all its sources. */
export async function build(): Promise<void> {
  if (await isBuilt()) return;
  requireBuildPackages();
  const startedAt = new Date();
  await rm(stamp, { force: true });
  const { packClient } = await import('./pack-client.ts');
  await packClient();
  const { copyViewer } = await import('./copy-viewer.ts');
  await copyViewer();
  const next = createRequire(import.meta.url).resolve('next/dist/bin/next');
  await run([next, 'build'], { env: childEnvironment({ NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' }) });
  await writeFile(stamp, '');
  // The marker gets the start time, so that a file changed during the build is newer than the build.
  await utimes(stamp, startedAt, startedAt);
}

/** Refuses to build where development packages are left out. They come together, so that one shows it for all. */
function requireBuildPackages(): void {
  try {
    findPackageJSON('typescript', import.meta.url);
  } catch {
    throw new StartError(
      `The dashboard is not built for these sources, and the packages that build it are not installed.
Run "npm ci && npm run build" first; "npm prune --omit=dev" removes them again. Without the dashboard: "ringback up --no-build".`,
    );
  }
}

/** Checks whether the last build is newer than its sources. A package has no tsconfig.json: it comes built. */
export async function isBuilt(): Promise<boolean> {
  if (!existsSync(join(checkout, 'tsconfig.json'))) return existsSync(stamp);
  const builtAt = (await stat(stamp).catch(() => undefined))?.mtimeMs;
  if (builtAt === undefined || !built.every((file) => existsSync(join(checkout, file)))) return false;
  const files = ['next.config.mjs', 'package.json'].map((name) => join(checkout, name));
  for (const entry of await readdir(join(checkout, 'src'), { recursive: true, withFileTypes: true })) {
    files.push(join(entry.parentPath, entry.name));
  }
  const times = await Promise.all(files.map(async (file) => (await stat(file).catch(() => undefined))?.mtimeMs ?? 0));
  return times.every((time) => time <= builtAt);
}
