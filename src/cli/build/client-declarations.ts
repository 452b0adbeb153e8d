import { readFileSync } from 'node:fs';
import { fileOf, resolve, specifierFrom } from './declaration-paths.ts';
import { type DeclarationFile, readDeclarations } from './read-declarations.ts';

/** Folders of src with types that users of the client may see, and the folder of tRPC's own. */
const openFolders = ['client', 'contract', 'domain', 'server', 'trpc'];
/** The file with the context of the server's procedures. Clients see its types only as `object`. */
const opaqueFile = 'server/call/context.d.ts';

/** A file with the names that are needed of it: those it exports, and those it declares or imports. */
type Kept = { file: DeclarationFile; exported: Set<string>; local: Set<string> };

/**
 * Returns the declarations that the exports of entry files need, and no others. All other declarations in their files are
 * left out, so that no server code, and none of its packages, gets into the client. What they need of tRPC goes along.
 * Keys are paths below `root`, like `entries`, or below `trpc`. Throws when a type needs something that must stay on the
 * server.
 */
export function cutDeclarations(root: string, entries: readonly string[]): Map<string, string> {
  const kept = new Map<string, Kept>();
  const open = (path: string): Kept => {
    const known = kept.get(path);
    if (known) return known;
    const file = readDeclarations(readFileSync(fileOf(root, path), 'utf8'));
    const made: Kept = { file, exported: new Set(), local: new Set() };
    kept.set(path, made);
    return made;
  };

  function keep(path: string, name: string, wantedBy: string): void {
    if (!openFolders.includes(path.split('/', 1)[0] ?? '')) throw new Error(`${wantedBy} needs ${name} of ${path}`);
    const { file, exported } = open(path);
    if (exported.has(name)) return;
    exported.add(name);
    if (path === opaqueFile) return;
    const forwarded = file.forwards.get(name);
    if (forwarded) follow(path, forwarded.from, forwarded.name, name);
    else keepLocal(path, file.aliases.get(name) ?? name, wantedBy);
  }

  function keepLocal(path: string, name: string, wantedBy: string): void {
    const { file, local } = open(path);
    if (local.has(name)) return;
    local.add(name);
    const imported = file.imports.get(name);
    if (imported) {
      follow(path, imported.from, imported.name, name);
      return;
    }
    const statement = file.statements.get(name);
    if (!statement) throw new Error(`${path}, which ${wantedBy} needs, does not declare ${name}`);
    for (const word of statement.words) {
      if (word !== name && (file.imports.has(word) || file.statements.has(word))) keepLocal(path, word, path);
    }
    for (const { from, name: inner } of statement.inlineImports) follow(path, from, inner, name);
  }

  function follow(path: string, from: string, name: string, wanted: string): void {
    const target = resolve(path, from);
    if (target === null) throw new Error(`${path}: ${wanted} needs the package ${from}`);
    keep(target, name, path);
  }

  for (const entry of entries) {
    for (const name of open(entry).file.forwards.keys()) keep(entry, name, 'the client');
  }
  return new Map([...kept].map(([path, one]) => [path, write(path, one)]));
}

function write(path: string, { file, exported, local }: Kept): string {
  if (path === opaqueFile) return [...exported].map((name) => `export type ${name} = object;\n`).join('');
  const lists = new Map<string, string[]>();
  const list = (verb: string, from: string | null, name: string, alias: string) => {
    const key = `${verb} #${from === null ? '' : ` from '${specifierFrom(path, from)}'`};`;
    lists.set(key, [...(lists.get(key) ?? []), name === alias ? name : `${name} as ${alias}`]);
  };
  for (const [name, { from, name: original }] of file.imports) {
    if (local.has(name)) list('import type', from, original, name);
  }
  for (const [name, { from, name: original, typeOnly }] of file.forwards) {
    if (exported.has(name)) list(typeOnly ? 'export type' : 'export', from, original, name);
  }
  for (const [name, original] of file.aliases) if (exported.has(name)) list('export', null, original, name);
  const lines = [...lists].map(([key, items]) => key.replace('#', () => `{ ${items.join(', ')} }`));
  for (const [name, { text }] of file.statements) {
    if (local.has(name))
      lines.push(text.replaceAll(/import\("([^"]+)"\)/g, (_, from) => `import("${specifierFrom(path, from)}")`));
  }
  // Without this line, TypeScript would treat declarations that are not exported as exported.
  return `${lines.join('\n')}\nexport {};\n`;
}
