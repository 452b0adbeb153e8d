import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import { type Edge, findCycles } from './walls-cycles.ts';
import { checkLimits } from './walls-limits.ts';
import { checkName, checkUnique } from './walls-names.ts';
import { checkPackages } from './walls-packages.ts';
import { type Import, readSource } from './walls-source.ts';
import { environmentReaders, longestFile, onceIn, rootFiles, type Wall, walls, wings } from './walls-table.ts';
import { checkTransactions } from './walls-transactions.ts';

/** Folders that are generated or not our own code. */
const skipped = ['generated', 'dist', 'node_modules', '.next'];
const ours = /\.(ts|tsx|mts|mjs|js|jsx|cjs|cts|css)$/;

/**
 * Returns everything under `root` that breaks a rule of ARCHITECTURE.md, one line each; an empty list if nothing does.
 */
export function checkWalls(root: string): string[] {
  const broken: string[] = [];
  const edges: Edge[] = [];
  const onlyOnce = new Map<string, string>();
  const files = ['src', 'test', 'e2e'].flatMap((folder) => filesBelow(root, folder));
  for (const file of files) {
    const text = readFileSync(path.join(root, file), 'utf8');
    broken.push(...checkName(file), ...checkLength(file, text));
    if (file.endsWith('.css')) {
      if (!file.startsWith('src/ui/')) broken.push(`${file}: styles lie in src/ui, where postcss.config.mjs is`);
      continue;
    }
    if (!file.startsWith('src/')) {
      broken.push(...checkTestImports(file, text));
      continue;
    }
    const folder = folderOf(file);
    const wall = walls[folder];
    if (!wall || (folder === 'root' && !rootFiles.includes(path.basename(file)))) {
      broken.push(`${file}: ARCHITECTURE.md has no such place in src`);
      continue;
    }
    const wing = wingOf(file);
    if (wing !== null && wings[folder] && !(wing in wings[folder])) {
      broken.push(`${file}: ${folder} has no wing ${wing}, see test/support/walls/walls-table.ts`);
    }
    broken.push(...checkTransactions(file, text));
    const source = readSource(file, text);
    broken.push(...source.errors.map((error) => `${file}: cannot be read: ${error}`));
    if (!environmentReaders.some((place) => file.startsWith(place))) {
      broken.push(...source.environment.map((line) => `${file}:${line} reads process.env: only src/config.ts does`));
    }
    if (folder === 'domain') {
      broken.push(
        ...source.impure.map((use) => `${file}:${use.line} uses ${use.name}: domain is given it as an argument`),
      );
    }
    for (const imported of source.imports) {
      const problem = checkImport(root, file, folder, wall, imported) ?? checkOnce(file, folder, imported, onlyOnce);
      if (problem)
        broken.push(`${file}:${imported.line} imports ${imported.specifier ?? 'a computed path'}: ${problem}`);
      const target = targetOf(file, imported.specifier ?? '');
      if (target && !isGenerated(target)) edges.push({ from: file, to: target, line: imported.line });
    }
  }
  return [...broken, ...checkUnique(files), ...checkLimits(root, files), ...checkPackages(root), ...findCycles(edges)];
}

function filesBelow(root: string, folder: string): string[] {
  if (!existsSync(path.join(root, folder))) return [];
  return readdirSync(path.join(root, folder), { withFileTypes: true })
    .filter((entry) => !skipped.includes(entry.name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const name = `${folder}/${entry.name}`;
      if (entry.isDirectory()) return filesBelow(root, name);
      return ours.test(name) ? [name] : [];
    });
}

function folderOf(file: string): string {
  const [, folder, ...rest] = file.split('/');
  return rest.length === 0 ? 'root' : (folder ?? 'root');
}

function checkLength(file: string, text: string): string[] {
  const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
  return lines > longestFile ? [`${file}: ${lines} lines, ${longestFile} are the most`] : [];
}

function checkImport(root: string, file: string, folder: string, wall: Wall, imported: Import): string | null {
  const { specifier } = imported;
  if (specifier === null) return folder === 'cli' ? null : 'only src/cli may, what is imported must be readable';
  const target = targetOf(file, specifier);
  if (target === null) return checkOutside(folder, wall, specifier, imported.typeOnly);
  if (specifier.split('/').includes('..')) return 'no ../, say #src/folder/file.ts';
  if (!path.extname(target)) return 'the file extension is missing';
  if (!isGenerated(target) && !existsSync(path.join(root, target))) return 'there is no such file';
  if (!target.startsWith('src/')) return 'it lies outside src';
  if (specifier.startsWith('#') && path.dirname(target) === path.dirname(file)) {
    return `say ./${path.basename(target)}, it is the same folder`;
  }
  const to = folderOf(target);
  if (specifier.startsWith('./') && to !== folder) return 'say #src/folder/file.ts across folders';
  if (to === folder) return checkWing(folder, file, target);
  if (wall.code.includes(to)) return null;
  if (wall.types.includes(to)) {
    return imported.typeOnly ? null : `${folder} imports only types of ${to}, say "import type { … }"`;
  }
  return says(folder, wall);
}

/**
 * Returns the problem if the wing of the first file may not import the wing of the second; null if it may. Both files
 * are in the same folder of src.
 */
function checkWing(folder: string, file: string, target: string): string | null {
  const rows = wings[folder];
  const to = wingOf(target);
  if (!rows || to === null || isGenerated(target)) return null;
  const from = wingOf(file);
  if (from === to) return null;
  if (from === null) return `a file that lies in ${folder} itself imports none of its wings`;
  if (rows[from]?.includes(to)) return null;
  return `${folder}/${from} imports ${rows[from]?.map((name) => `${folder}/${name}`).join(', ') || 'no other wing'}`;
}

/**
 * Returns the folder below a folder of src that a file is in, at any depth; null if the file is directly in the folder
 * of src.
 */
function wingOf(file: string): string | null {
  const [, , wing, ...rest] = file.split('/');
  return rest.length === 0 ? null : (wing ?? null);
}

/** Checks the imports of a test. Tests may import anything, but must write the path in the same way. */
function checkTestImports(file: string, text: string): string[] {
  return readSource(file, text).imports.flatMap(({ specifier, line }) => {
    if (specifier === null || !/^[.#]/.test(specifier)) return [];
    const at = `${file}:${line} imports ${specifier}:`;
    if (specifier.split('/').includes('..')) return [`${at} no ../, say #${file.split('/')[0]}/folder/file.ts`];
    return path.extname(specifier) ? [] : [`${at} the file extension is missing`];
  });
}

function checkOutside(folder: string, wall: Wall, specifier: string, typeOnly: boolean): string | null {
  if (isBuiltin(specifier) && !specifier.startsWith('node:')) return `say node:${specifier}`;
  if (wall.outside.some((allowed) => covers(allowed, specifier))) return null;
  if (wall.outsideTypes?.some((allowed) => covers(allowed, specifier))) {
    return typeOnly ? null : `${folder} imports only its types, say "import type { … }"`;
  }
  return says(folder, wall);
}

function covers(allowed: string, specifier: string): boolean {
  if (/[:/]$/.test(allowed)) return specifier.startsWith(allowed);
  return specifier === allowed || specifier.startsWith(`${allowed}/`);
}

function checkOnce(file: string, folder: string, imported: Import, seen: Map<string, string>): string | null {
  const once = onceIn[folder]?.find((name) => covers(name, imported.specifier ?? ''));
  if (!once) return null;
  const first = seen.get(`${folder} ${once}`) ?? file;
  seen.set(`${folder} ${once}`, first);
  return first === file ? null : `one file of ${folder} does, and ${first} already is that file`;
}

/** Returns the file of this project that an import means, from the root; null for a package or a node module. */
function targetOf(file: string, specifier: string): string | null {
  if (specifier.startsWith('#src/')) return path.posix.normalize(specifier.slice(1));
  if (specifier.startsWith('.') || specifier.startsWith('/')) {
    return path.posix.normalize(path.posix.join(path.posix.dirname(file), specifier));
  }
  return null;
}

function isGenerated(target: string): boolean {
  return target.split('/').some((part) => skipped.includes(part));
}

function says(folder: string, wall: Wall): string {
  const types = [...wall.types, ...(wall.outsideTypes ?? [])].map((name) => `types of ${name}`);
  const may = [...wall.code, ...types, ...wall.outside.map((name) => (/[:/]$/.test(name) ? `${name}*` : name))];
  return `${folder} imports ${may.join(', ') || 'nothing'}`;
}

if (import.meta.main) {
  const broken = checkWalls(path.resolve(import.meta.dirname, '../../..'));
  for (const line of broken) process.stdout.write(`${line}\n`);
  process.exitCode = broken.length > 0 ? 1 : 0;
}
