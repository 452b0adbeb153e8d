import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

type Manifest = { dependencies?: Record<string, string>; devDependencies?: Record<string, string> };

/** Packages that no file names, each with what uses it. */
const unnamed: Record<string, string> = {
  node: 'runs every script',
  '@biomejs/biome': 'the command biome',
  'react-dom': 'a peer of next',
};

const skipped = ['node_modules', 'generated', 'dist', '.next'];

/**
 * Returns the dependencies of package.json that no file names. A production dependency must be named by src, others by
 * any file.
 */
export function checkPackages(root: string): string[] {
  const file = path.join(root, 'package.json');
  if (!existsSync(file)) return [];
  const { dependencies = {}, devDependencies = {} } = JSON.parse(readFileSync(file, 'utf8')) as Manifest;
  const ofSrc = textBelow(root, 'src') + textsIn(root);
  const ofTests = textBelow(root, 'test') + textBelow(root, 'e2e');
  const broken: string[] = [];
  for (const name of Object.keys(dependencies)) {
    if (name in unnamed || names(ofSrc, name)) continue;
    const used = names(ofTests, name);
    broken.push(`package.json: ${name} is ${used ? 'used by tests only: it is a devDependency' : 'used by no file'}`);
  }
  for (const name of Object.keys(devDependencies)) {
    if (name in unnamed || name.startsWith('@types/') || names(ofTests + ofSrc, name)) continue;
    broken.push(`package.json: ${name} is used by no file`);
  }
  return broken;
}

/** Returns true if a text has the package's name, or a path inside it, in quotes. */
function names(text: string, name: string): boolean {
  return [`'${name}'`, `'${name}/`, `"${name}"`, `"${name}/`].some((quoted) => text.includes(quoted));
}

function textBelow(root: string, folder: string): string {
  const at = path.join(root, folder);
  if (!existsSync(at)) return '';
  return readdirSync(at, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(tsx?|mjs|css)$/.test(entry.name))
    .filter((entry) => !entry.parentPath.split(path.sep).some((part) => skipped.includes(part)))
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
