import { defaultFilter } from 'cmdk';

/** Words of the entry that searches the jobs for the typed text. */
export const searchWords = 'search jobs for this';

/** Words of the entry that searches the deliveries for the typed text. */
export const searchDeliveriesWords = 'search deliveries for this';

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
  // Searches of the jobs and the deliveries are always possible, and always the last choices.
  if (value === searchWords) return 0.000_002;
  if (value === searchDeliveriesWords) return 0.000_001;
  const [words = '', exact = ''] = value.split(separator);
  const isPart = exact.toLowerCase().includes(sought.trim().toLowerCase());
  return Math.max(defaultFilter(words, sought), exact !== '' && isPart ? 0.5 : 0);
}
