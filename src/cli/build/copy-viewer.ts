import { copyFile, mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { viewerFileNames } from '#src/server/openapi/docs-page.ts';
import { checkout } from './run-command.ts';

/** Copies the viewer of the API reference to `dist/docs`, so that a built checkout runs without its package. */
export async function copyViewer(): Promise<void> {
  const source = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  const target = join(checkout, 'dist/docs');
  await mkdir(target, { recursive: true });
  for (const name of [...viewerFileNames, 'LICENSE', 'NOTICE']) await copyFile(join(source, name), join(target, name));
}
