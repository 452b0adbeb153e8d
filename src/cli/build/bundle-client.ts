import { relative } from 'node:path';
import { StartError } from '#src/cli/start-error.ts';
import { checkout } from './run-command.ts';

/** What may be in the client: our own modules, and tRPC's. Names that begin with a zero byte are rolldown's own. */
const allowed = /^(src\/(client|domain)\/|node_modules\/@trpc\/(client|server)\/|\0)/;

/** How an entry besides the client itself imports it, and where it is from there. */
const core = { imported: '#src/client/index.ts', file: '../index.js' };
/** What an entry may load of the platform, late. */
const platform = 'node:async_hooks';

/**
 * Bundles an entry's code, and what it uses of tRPC, into one file for each form. What an entry uses of the client itself
 * stays an import, so that there is one class of each error. Throws a StartError when the code
 * of another folder or package would get in.
 */
export async function bundleClient(entry: string, files: Readonly<Record<'esm' | 'cjs', string>>): Promise<void> {
  // Only a build has the bundler, which is a development package.
  const { rolldown } = await import('rolldown');
  const bundle = await rolldown({
    ...{ input: entry, cwd: checkout, platform: 'neutral', logLevel: 'warn', external: [platform] },
    plugins: [
      {
        name: 'client-itself',
        resolveId: (source) => (source === core.imported ? { id: core.file, external: 'relative' } : null),
      },
    ],
  });
  try {
    for (const format of ['esm', 'cjs'] as const) {
      const { output } = await bundle.write({ file: files[format], format, exports: 'named', comments: false });
      for (const id of output.flatMap((part) => (part.type === 'chunk' ? [...part.moduleIds, ...part.imports] : []))) {
        if (id === core.file) continue;
        const name = relative(checkout, id);
        if (!allowed.test(name) && !id.startsWith('\0')) throw new StartError(`The client must not contain ${name}.`);
      }
    }
  } finally {
    await bundle.close();
  }
}
