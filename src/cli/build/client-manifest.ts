import { readFileSync } from 'node:fs';
import { join } from 'node:path';

type Manifest = { version: string; license: string; repository?: unknown };

/** The folder of the program `ringback`, which only Node runs. */
export const programFolder = 'dist/bin';

/** The folders of the package's two forms, by the condition under which a runtime or a compiler takes them. */
export const clientForms = { import: 'dist/esm', require: 'dist/cjs' } as const;

/** The licences of the packages whose code is in the client or its program: the file's name, and the package. */
export const otherLicences = {
  'LICENSE-tRPC': '@trpc/client',
  'LICENSE-commander': 'commander',
  'LICENSE-zod': 'zod',
} as const;

/**
 * The entries of the package: the client itself, and those that have the calls of another system on top of it. Each is a
 * file `index` below a folder of src, by its name in `exports`.
 */
export const clientEntries = { '.': 'client', './trigger': 'client/trigger', './inngest': 'client/inngest' } as const;

/**
 * Returns a package.json for each entry but the first, by its path in the package. What knows no `exports`, such as an old
 * compiler, looks for a folder with the name of the entry.
 */
export function entryManifests(): Map<string, Record<string, unknown>> {
  const others = Object.entries(clientEntries).filter(([name]) => name !== '.');
  return new Map(
    others.map(([name, folder]) => {
      const file = `../${clientForms.require}/${folder}/index`;
      return [join(name, 'package.json'), { main: `${file}.js`, types: `${file}.d.ts` }];
    }),
  );
}

/**
 * Returns the package.json of `@ringback/client`. It is not a file in src/client, because Node looks up `#src/` in the
 * nearest package.json, so `#src/` would not work below it. The version is that of the checkout. The package has no
 * dependencies: npm would install TypeScript into apps, which tRPC's packages have as a peer.
 */
export function clientManifest(checkout: string): Record<string, unknown> {
  const root = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8')) as Manifest;
  const form = (form: string, folder: string) => ({
    types: `./${form}/${folder}/index.d.ts`,
    default: `./${form}/${folder}/index.js`,
  });
  const entries = Object.entries(clientEntries).map(([name, folder]) => [
    name,
    { import: form(clientForms.import, folder), require: form(clientForms.require, folder) },
  ]);
  return {
    name: '@ringback/client',
    version: root.version,
    description: 'The TypeScript client of Ringback: submit a fetch, hang up, and get rung back.',
    license: root.license,
    type: 'module',
    sideEffects: false,
    engines: { node: '>=20' },
    exports: {
      ...Object.fromEntries(entries),
      './package.json': './package.json',
    },
    bin: { ringback: `./${programFolder}/ringback.js` },
    main: `./${clientForms.require}/client/index.js`,
    types: `./${clientForms.require}/client/index.d.ts`,
    files: ['dist', 'LICENSE-*', ...entryManifests().keys()],
    publishConfig: { access: 'public', provenance: true },
    ...(root.repository !== undefined && { repository: root.repository }),
  };
}
