import { readFileSync } from 'node:fs';
import { join } from 'node:path';

type Manifest = { version: string; license: string; description: string; dependencies: Record<string, string> };

/**
 * Returns the package.json of `@ringback/client`. It is not a file in src/client, because Node looks up `#src/` in the
 * nearest package.json, so `#src/` would not work below it. Versions are those of the checkout, so that client and
 * server always agree.
 */
export function clientManifest(checkout: string): Record<string, unknown> {
  const root = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8')) as Manifest;
  const same = (name: string) => {
    const version = root.dependencies[name];
    if (version === undefined) throw new Error(`package.json has no dependency ${name}`);
    return version;
  };
  return {
    name: '@ringback/client',
    version: root.version,
    description: 'The TypeScript client of Ringback: submit a fetch, hang up, and get rung back.',
    license: root.license,
    type: 'module',
    sideEffects: false,
    engines: { node: '>=20' },
    exports: {
      '.': { types: './dist/client/index.d.ts', default: './dist/client/index.js' },
      './package.json': './package.json',
    },
    types: './dist/client/index.d.ts',
    files: ['dist'],
    dependencies: { '@trpc/client': same('@trpc/client'), '@trpc/server': same('@trpc/server') },
  };
}
