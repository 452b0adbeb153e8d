import path from 'node:path';
import { emptyWords } from './walls-table.ts';

const ending = /\.(ts|tsx|mts|mjs|js|jsx|cjs|cts|css)$/;
const kebab = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*$/;
/** Folder names of Next: `[id]`, `[...all]`, `(group)`, `@slot`, `_private`. */
const nextFolder = /^(\[{1,2}(\.\.\.)?[a-zA-Z]+\]{1,2}|\([a-z-]+\)|@[a-z-]+|_[a-z-]+)$/;

/** Returns what is wrong with the names in a file's path. */
export function checkName(file: string): string[] {
  const problems: string[] = [];
  for (const part of file.split('/')) {
    const name = part.replace(ending, '');
    const routeFolder = file.startsWith('src/app/') && nextFolder.test(part);
    if (!kebab.test(name) && !routeFolder) problems.push(`${file}: ${part} is not kebab-case`);
    const empty = name
      .toLowerCase()
      .split(/[^a-z]+/)
      .find((word) => emptyWords.includes(word));
    if (empty) problems.push(`${file}: "${empty}" in a name says nothing, name what it is for`);
  }
  return problems;
}

/**
 * Returns the files of src that share a name with another file, in whatever folder. A name must lead to one place. Next
 * names the files of src/app, and an `index` stands for its folder.
 */
export function checkUnique(files: readonly string[]): string[] {
  const named = files
    .filter((file) => file.startsWith('src/') && !file.startsWith('src/app/') && !file.endsWith('.css'))
    .map((file) => ({ file, name: path.basename(file).replace(ending, '') }))
    .filter(({ name }) => name !== 'index');
  return [...Map.groupBy(named, ({ name }) => name).values()]
    .filter((same) => same.length > 1)
    .map(([first, ...others]) => `${first?.file}: ${others.map(({ file }) => file).join(', ')} has the same name`);
}
