import { defaultFilter } from 'cmdk';

/** Words of the entry that searches the jobs for the typed text. */
export const searchWords = 'search jobs for this';

const separator = '\n';

/**
 * Returns the value by which an entry of the palette is found. Words are matched by their letters in order, as people
 * type in a hurry. Exact text such as ids and URLs is matched only by a part of it, because nearly all letters occur
 * somewhere in an id.
 */
export function paletteValue(words: string, exact = ''): string {
  return exact === '' ? words : `${words}${separator}${exact}`;
}

/** Returns how well an entry's value matches the searched text, from 0 to 1; 0 means no match. */
export function rankEntry(value: string, sought: string): number {
  // A search of the jobs is always possible, and always the last choice.
  if (value === searchWords) return 0.000_001;
  const [words = '', exact = ''] = value.split(separator);
  const isPart = exact.toLowerCase().includes(sought.trim().toLowerCase());
  return Math.max(defaultFilter(words, sought), exact !== '' && isPart ? 0.5 : 0);
}
