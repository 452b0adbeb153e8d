import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

type Manifest = { dependencies?: Record<string, string>; devDependencies?: Record<string, string> };

/** Packages that no file names, each with what uses it. */
const unnamed: Record<string, string> = {
  node: 'runs every script',
  '@biomejs/biome': 'the command biome',
};

/** Packages that the dashboard still loads when it is built. The build puts all others of src/ui and src/app into .next. */
const loadedByDashboard: Record<string, string> = {
  next: 'serves it',
  react: 'next renders with it',
  'react-dom': 'next renders with it',
};

/** Packages that src names outside the dashboard, but only for `ringback build`. */
const ofTheBuild: Record<string, string> = {
  typescript: 'writes the declarations of the client package',
  rolldown: 'bundles the client package',
  'swagger-ui-dist': 'shows the API reference; its files are copied',
};

/** Packages whose name is also a word of our own, so that src may have it in quotes without importing the package. */
const wordsOfOurs: Record<string, string> = {
  openai: 'the name of a retry preset',
};

const skipped = ['node_modules', 'generated', 'dist', '.next'];
const dashboard = ['ui', 'app'];

/**
 * Every package of package.json must be named by a file. It is a dependency if a built checkout needs it to run, and a
 * devDependency if only building, testing and developing do.
 */
export function checkPackages(root: string): string[] {
  const file = path.join(root, 'package.json');
  if (!existsSync(file)) return [];
  const { dependencies = {}, devDependencies = {} } = JSON.parse(readFileSync(file, 'utf8')) as Manifest;
  const running = textBelow(root, 'src', dashboard);
  const building = textBelow(root, 'src') + textsIn(root);
  const testing = textBelow(root, 'test') + textBelow(root, 'e2e');
  const runs = (name: string) =>
    name in loadedByDashboard || (names(running, name) && !(name in ofTheBuild || name in wordsOfOurs));
  const broken: string[] = [];
  for (const name of Object.keys(dependencies)) {
    if (name in unnamed || runs(name)) continue;
    const user = names(building, name) ? 'the build' : names(testing, name) ? 'tests' : null;
    broken.push(`package.json: ${name} is used by ${user ? `${user} only: it is a devDependency` : 'no file'}`);
  }
  for (const name of Object.keys(devDependencies)) {
    if (name in unnamed || name.startsWith('@types/')) continue;
    if (runs(name)) broken.push(`package.json: ${name} is needed to run: it is a dependency`);
    else if (!names(building + testing, name)) broken.push(`package.json: ${name} is used by no file`);
  }
  return broken;
}

/** Returns true if a text has the package's name, or a path inside it, in quotes. */
function names(text: string, name: string): boolean {
  return [`'${name}'`, `'${name}/`, `"${name}"`, `"${name}/`].some((quoted) => text.includes(quoted));
}

/** The text of all files below a folder, except those in the folders of it that are left out. */
function textBelow(root: string, folder: string, without: string[] = []): string {
  const at = path.join(root, folder);
  if (!existsSync(at)) return '';
  const left = without.map((name) => path.join(at, name));
  return readdirSync(at, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(tsx?|mjs|css)$/.test(entry.name))
    .filter((entry) => !entry.parentPath.split(path.sep).some((part) => skipped.includes(part)))
    .filter((entry) => !left.some((one) => `${entry.parentPath}${path.sep}`.startsWith(one + path.sep)))
    .map((entry) => readFileSync(path.join(entry.parentPath, entry.name), 'utf8'))
    .join('\n');
}

/** Returns the settings of the tools beside package.json. */
function textsIn(root: string): string {
  return readdirSync(root)
    .filter((name) => /^(biome\.json|next\.config\.mjs)$/.test(name))
    .map((name) => readFileSync(path.join(root, name), 'utf8'))
    .join('\n');
}
