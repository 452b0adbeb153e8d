import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { childEnvironment } from '#src/config.ts';
import { checkout, runNpm } from './run-command.ts';

/**
 * Writes the database client from prisma/schema.prisma into src/store/generated. The client is committed, so only those
 * who change the schema need this. Prisma's command line is no dependency, because it is larger than all that it writes
 * for; npm fetches it into its own cache.
 */
export async function generate(): Promise<void> {
  const { dependencies } = JSON.parse(await readFile(join(checkout, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  const prisma = `prisma@${dependencies['@prisma/client']}`;
  await runNpm(['exec', '--yes', '--ignore-scripts', `--package=${prisma}`, '--', 'prisma', 'generate'], {
    env: childEnvironment({
      // Generating needs no engine, but Prisma downloads one unless this variable names a file that exists.
      PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
      PRISMA_HIDE_UPDATE_MESSAGE: 'true',
      CHECKPOINT_DISABLE: '1',
    }),
  });
  console.log('Written: src/store/generated');
}
