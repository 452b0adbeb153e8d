import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { type DeclarationFile, readDeclarations } from './read-declarations.ts';

/** Folders of src with types that users of the client may see. */
const openFolders = ['client', 'contract', 'domain', 'server'];
/** The file with the context of the server's procedures. Clients see its types only as `object`. */
const opaqueFile = 'server/call/context.d.ts';
const openPackages = /^@trpc\/(client|server)(\/|$)/;

type Kept = { file: DeclarationFile; names: Set<string> };

/**
 * Returns the declarations that an entry file's exports need, and no others. All other declarations in their files are
 * left out, so that no server code, and none of its packages, gets into the client. Keys are paths below `root`, like
 * `entry`. Throws when a type needs something that must stay on the server.
 */
export function cutDeclarations(root: string, entry: string): Map<string, string> {
  const kept = new Map<string, Kept>();
  const open = (path: string): Kept => {
    const known = kept.get(path);
    if (known) return known;
    const text = readFileSync(posix.join(root, path), 'utf8');
    const made: Kept = { file: readDeclarations(text), names: new Set() };
    kept.set(path, made);
    return made;
  };

  function keep(path: string, name: string, wantedBy: string): void {
    if (!openFolders.includes(path.split('/', 1)[0] ?? '')) throw new Error(`${wantedBy} needs ${name} of ${path}`);
    const { file, names } = open(path);
    if (names.has(name)) return;
    names.add(name);
    if (path === opaqueFile) return;
    const forwarded = file.forwards.get(name);
    if (forwarded) {
      follow(path, forwarded.from, forwarded.name, name);
      return;
    }
    const statement = file.statements.get(name);
    if (!statement) throw new Error(`${path}, which ${wantedBy} needs, does not declare ${name}`);
    for (const word of statement.words) {
      const imported = file.imports.get(word);
      if (imported) follow(path, imported.from, imported.name, word);
      else if (word !== name && file.statements.has(word)) keep(path, word, path);
      if (imported) names.add(word);
    }
    for (const { from, name: inner } of statement.inlineImports) follow(path, from, inner, name);
  }

  function follow(path: string, from: string, name: string, wanted: string): void {
    const target = resolve(path, from);
    if (target !== null) keep(target, name, path);
    else if (!openPackages.test(from)) throw new Error(`${path}: ${wanted} needs the package ${from}`);
  }

  for (const name of open(entry).file.forwards.keys()) keep(entry, name, 'the client');
  return new Map([...kept].map(([path, { file, names }]) => [path, write(path, file, names)]));
}

/** Returns the path below src of the declaration file that a specifier names. Null for a package. */
export function resolve(path: string, specifier: string): string | null {
  const found = specifier.startsWith('#src/')
    ? specifier.slice('#src/'.length)
    : specifier.startsWith('.')
      ? posix.join(posix.dirname(path), specifier)
      : null;
  return found === null ? null : found.replace(/\.[jt]s$/, '.d.ts');
}

/** Returns the specifier by which a file of the client package imports another file, or a package. */
export function specifierFrom(path: string, specifier: string): string {
  const target = resolve(path, specifier);
  if (target === null) return specifier;
  const relative = posix.relative(posix.dirname(path), target).replace(/\.d\.ts$/, '.js');
  return relative.startsWith('.') ? relative : `./${relative}`;
}

function write(path: string, file: DeclarationFile, names: Set<string>): string {
  if (path === opaqueFile) return [...names].map((name) => `export type ${name} = object;\n`).join('');
  const lists = new Map<string, string[]>();
  const list = (verb: string, from: string, name: string, alias: string) => {
    const key = `${verb} # from '${specifierFrom(path, from)}';`;
    lists.set(key, [...(lists.get(key) ?? []), name === alias ? name : `${name} as ${alias}`]);
  };
  for (const [local, { from, name }] of file.imports) {
    if (names.has(local)) list('import type', from, name, local);
  }
  for (const [exported, { from, name, typeOnly }] of file.forwards) {
    if (names.has(exported)) list(typeOnly ? 'export type' : 'export', from, name, exported);
  }
  const lines = [...lists].map(([key, items]) => key.replace('#', () => `{ ${items.join(', ')} }`));
  for (const [name, { text }] of file.statements) {
    if (names.has(name))
      lines.push(text.replaceAll(/import\("([^"]+)"\)/g, (_, from) => `import("${specifierFrom(path, from)}")`));
  }
  // Without this line, TypeScript would treat declarations that are not exported as exported.
  return `${lines.join('\n')}\nexport {};\n`;
}
