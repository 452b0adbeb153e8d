import { defaultFilter } from 'cmdk';

/** Names the entry that searches the jobs for what is typed. */
export const searchWords = 'search jobs for this';

const separator = '\n';

/**
 * What an entry of the palette is found by: words, by letters in their order as one types them in a hurry, and exact text
 * such as ids and URLs, by a part of it only. Scattered over an id there are nearly all letters.
 */
export function paletteValue(words: string, exact = ''): string {
  return exact === '' ? words : `${words}${separator}${exact}`;
}

/** How well an entry's value fits what is sought, 0 to 1; 0: not at all. */
export function rankEntry(value: string, sought: string): number {
  // Searching the jobs is always possible, and always the last resort.
  if (value === searchWords) return 0.000_001;
  const [words = '', exact = ''] = value.split(separator);
  const isPart = exact.toLowerCase().includes(sought.trim().toLowerCase());
  return Math.max(defaultFilter(words, sought), exact !== '' && isPart ? 0.5 : 0);
}
