import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, posix } from 'node:path';

/** Packages whose declarations go along, so that the client needs no package. Each has a folder below `trpc`. */
const packed = /^@(trpc\/(?:client|server))(\/.+)?$/;

type Exports = Record<string, { import?: { types?: string } } | undefined>;

/**
 * Returns the path of the declaration file that a specifier names: below src, or below `trpc` for a file of tRPC. Null
 * for any other package.
 */
export function resolve(path: string, specifier: string): string | null {
  const [, name, inner = ''] = packed.exec(specifier) ?? [];
  if (name !== undefined) return packedEntry(name, inner);
  const found = specifier.startsWith('#src/')
    ? specifier.slice('#src/'.length)
    : specifier.startsWith('.')
      ? posix.join(posix.dirname(path), specifier)
      : null;
  return found === null ? null : found.replace(/\.m?[jt]s$/, '.d.ts');
}

/** Returns the specifier by which a file of the client package imports another file, or a package. */
export function specifierFrom(path: string, specifier: string): string {
  const target = resolve(path, specifier);
  if (target === null) return specifier;
  const relative = posix.relative(posix.dirname(path), target).replace(/\.d\.ts$/, '.js');
  return relative.startsWith('.') ? relative : `./${relative}`;
}

/** Returns the file on disk of a declaration file. `root` is the compiler's folder. */
export function fileOf(root: string, path: string): string {
  const [, name, inner = ''] = /^(trpc\/(?:client|server))\/(.+)$/.exec(path) ?? [];
  return name === undefined ? join(root, path) : join(folderOf(name), 'dist', inner.replace(/\.d\.ts$/, '.d.mts'));
}

/** Returns the folder of an installed package of tRPC. */
export function folderOf(name: string): string {
  return dirname(createRequire(import.meta.url).resolve(`@${name}/package.json`));
}

function packedEntry(name: string, inner: string): string {
  const manifest = JSON.parse(readFileSync(join(folderOf(name), 'package.json'), 'utf8')) as { exports: Exports };
  const types = manifest.exports[`.${inner}`]?.import?.types;
  if (types === undefined) throw new Error(`@${name} has no declarations of .${inner}`);
  return posix.join(name, types.replace(/^\.\/dist\//, '').replace(/\.d\.mts$/, '.d.ts'));
}
