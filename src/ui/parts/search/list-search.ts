import type { KnownOf } from '#src/contract/job/known-values.ts';
import type { SearchGrammar, SearchWords } from '#src/contract/search/search-grammar.ts';

/** How a filter is named on a page. */
export type FilterWords = {
  /** Name on the chip. */
  field: string;
  operator?: string;
  /** Label of the form, with an example of a value. */
  label: string;
  example: string;
  /** What the server is asked for while a value is typed. */
  known?: KnownOf;
  /** Values that are offered without asking. */
  words?: readonly string[];
};

/** How a list is searched: what its box takes, and how that is named. */
export type SearchPlan = {
  /** Name of the box: "Search jobs". */
  label: string;
  placeholder: string;
  grammar: SearchGrammar;
  /** Filters that are chips, in the order in which they are offered. */
  chips: Readonly<Record<string, FilterWords>>;
  /** Values that are offered in the box alone, by the names of filters. */
  offered: Readonly<Record<string, readonly string[]>>;
  /** What is said beside a key that is offered. */
  hints: Readonly<Record<string, string>>;
};

/** Filters that change. What is not named stays as it is. */
export type FilterChange = { words?: Readonly<Record<string, string>>; metadata?: readonly string[] };

/** A list that is searched: the filters that it has, and its addresses with others. */
export type ListSearch = {
  plan: SearchPlan;
  /** All filters by their names, empty without a value. Chips stand in this order. */
  words: SearchWords;
  metadata: readonly string[];
  urlOf: (change: FilterChange) => string;
  /** Returns the search that is in the address now. A change must build on it: what is rendered may be older. */
  current: () => ListSearch;
  /** Address without filters; null: there are none. */
  clearUrl: string | null;
  /** Returns a value as a chip shows it. */
  chipValue: (name: string, value: string) => string;
};

/** Returns the value that a filter has, empty without one. */
export function filterValue({ words }: Pick<ListSearch, 'words'>, name: string): string {
  return words[name] ?? '';
}
