import { nearestName } from '#src/domain/text/nearest-name.ts';
import { type RangeUnit, readWordRange, wordRangeText } from './range-words.ts';
import type { SearchField } from './search-grammar.ts';

type Read = SearchField['read'];

/** Reads a text of a limited length. `change` makes one writing of several. */
export function readText(most: number, change: (value: string) => string = (value) => value): Read {
  return (value) => {
    const clean = change(value.trim());
    return clean !== '' && clean.length <= most ? { value: clean } : { allowed: `a text of 1 to ${most} characters` };
  };
}

export function lowerCase(value: string): string {
  return value.toLowerCase();
}

/** Reads one of the known words, or another word for one. */
export function readOneOf(known: readonly string[], aliases: Readonly<Record<string, string>> = {}): Read {
  return (value) => {
    const word = value.trim().toLowerCase();
    const found = aliases[word] ?? word;
    return known.includes(found) ? { value: found } : { allowed: `one of ${known.join(', ')}${hintOf(word, known)}` };
  };
}

/** Reads a range of numbers or of durations. */
export function readRangeOf(unit: RangeUnit, allowed: string): Read {
  return (value) => {
    const found = readWordRange(value, unit);
    return found ? { value: wordRangeText(found, unit) } : { allowed };
  };
}

/** Reads a status, a class of statuses, or one of the words for a kind of failure. */
export function readStatusOf(isStatus: (word: string) => boolean, words: readonly string[]): Read {
  return (value) => {
    const word = value.trim().toLowerCase();
    if (isStatus(word)) return { value: word };
    return { allowed: `a status such as 404, a class such as 5xx, or a word such as timeout${hintOf(word, words)}` };
  };
}

function hintOf(word: string, known: readonly string[]): string {
  const near = nearestName(word, known);
  return near === undefined ? '' : `; did you mean ${near}?`;
}
