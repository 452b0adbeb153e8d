import { stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { childEnvironment } from '#src/config.ts';
import { checkout, run } from './run-command.ts';

/**
 * Writes the database client from prisma/schema.prisma, without any download. Does nothing when the client is up to
 * date.
 */
export async function generate(): Promise<void> {
  const packageFile = createRequire(import.meta.url).resolve('prisma/package.json');
  const made = await modifiedAt(join(checkout, 'src/store/generated/client.ts'));
  const sources = [join(checkout, 'prisma/schema.prisma'), packageFile];
  if (made > Math.max(...(await Promise.all(sources.map(modifiedAt))))) return;
  await run([join(dirname(packageFile), 'build/index.js'), 'generate'], {
    env: childEnvironment({
      // Generating needs no engine, but Prisma downloads one unless this variable names a file that exists.
      PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
      PRISMA_HIDE_UPDATE_MESSAGE: 'true',
      CHECKPOINT_DISABLE: '1',
    }),
    quiet: true,
  });
}

async function modifiedAt(file: string): Promise<number> {
  return (await stat(file).catch(() => undefined))?.mtimeMs ?? 0;
}
