import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Edit } from './mutants.ts';

/** Returns the text with the edit made. Throws if what is to be replaced is not there exactly once. */
export function edited(text: string, { file, find, replace }: Edit): string {
  const count = text.split(find).length - 1;
  if (count !== 1) throw new Error(`${file} has ${count} times, not once: ${find}`);
  return text.replace(find, () => replace);
}

/** Makes edits in a copy of the product. */
export async function applyEdits(copy: string, edits: readonly Edit[]): Promise<void> {
  for (const edit of edits) {
    const path = join(copy, edit.file);
    await writeFile(path, edited(await readFile(path, 'utf8'), edit));
  }
}
