import { relative } from 'node:path';
import { StartError } from '#src/cli/start-error.ts';
import { checkout } from './run-command.ts';

/** What may be in the client: our own modules, and tRPC's. Names that begin with a zero byte are rolldown's own. */
const inClient = /^(src\/(client|domain)\/|node_modules\/@trpc\/(client|server)\/|\0)/;
/** What may be in the program besides: the commands, the checks of a policy, and Node's own modules. */
const inProgram = /^(src\/(command|contract)\/|node_modules\/(commander|zod)\/|node:)/;

/** How an entry besides the client itself imports it, and where it is from there. */
const core = { imported: '#src/client/index.ts', file: '../index.js' };
/** What an entry may load of the platform, late. */
const platform = 'node:async_hooks';

/**
 * Marks calls at the top of tRPC's modules that set a static field of a class. Without the mark the whole class stays,
 * that of tRPC's web sockets for one, which this client does not use.
 */
const markStatics = {
  name: 'mark-statics',
  transform: (code: string, id: string): string | null =>
    id.includes('/@trpc/') ? code.replace(/^_defineProperty\(/gm, '/* @__PURE__ */ _defineProperty(') : null,
};

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
      markStatics,
      {
        name: 'client-itself',
        resolveId: (source) => (source === core.imported ? { id: core.file, external: 'relative' } : null),
      },
    ],
  });
  try {
    for (const format of ['esm', 'cjs'] as const) {
      const { output } = await bundle.write({
        file: files[format],
        format,
        exports: 'named',
        comments: { legal: false, jsdoc: false },
      });
      refuseOthers(output, (name) => name === core.file || inClient.test(name));
    }
  } finally {
    await bundle.close();
  }
}

/**
 * Bundles the program `ringback` of the client package into a folder: `ringback.js`, and a file for each command that
 * is loaded when it is run. Only Node runs it. Throws a StartError like `bundleClient`.
 */
export async function bundleProgram(entry: string, folder: string): Promise<void> {
  const { rolldown } = await import('rolldown');
  const bundle = await rolldown({ input: { ringback: entry }, cwd: checkout, platform: 'node', logLevel: 'warn' });
  try {
    const { output } = await bundle.write({
      dir: folder,
      format: 'esm',
      entryFileNames: '[name].js',
      chunkFileNames: '[name]-[hash].js',
      banner: (chunk) => (chunk.isEntry ? '#!/usr/bin/env node' : ''),
      // The program is large because of the package that checks policies.
      minify: true,
    });
    refuseOthers(output, (name) => inClient.test(name) || inProgram.test(name));
  } finally {
    await bundle.close();
  }
}

type Output = readonly (
  | Readonly<{ type: 'chunk'; fileName: string; moduleIds: readonly string[]; imports: readonly string[] }>
  | Readonly<{ type: 'asset' }>
)[];

function refuseOthers(output: Output, isAllowed: (name: string) => boolean): void {
  const chunks = output.filter((part) => part.type === 'chunk');
  const own = new Set(chunks.map(({ fileName }) => fileName));
  for (const id of chunks.flatMap(({ moduleIds, imports }) => [...moduleIds, ...imports])) {
    const name = id.startsWith(checkout) ? relative(checkout, id) : id;
    if (!own.has(id) && !id.startsWith('\0') && !isAllowed(name)) {
      throw new StartError(`The client must not contain ${name}.`);
    }
  }
}
