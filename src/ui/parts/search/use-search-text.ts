'use client';

import { useEffect, useState } from 'react';
import {
  filterNamesOf,
  formatSearch,
  type ReadSearch,
  readSearch,
  type SearchGrammar,
  type SearchProblem,
} from '#src/contract/search/search-grammar.ts';
import { searchTokens } from '#src/contract/search/search-tokens.ts';
import { goTo } from '#src/ui/data/browser/address.ts';
import { keepTyped } from './keep-typed.ts';
import type { FilterChange, ListSearch } from './list-search.ts';

const pauseMs = 250;

/** Keeps the text of the box and the filters in step: what is typed goes into the address, and what changes there comes back. */
export function useSearchText({ plan: { grammar }, words, metadata, urlOf }: ListSearch) {
  const written = formatSearch(words, metadata, grammar);
  const [text, setText] = useState(written);
  const [sought, setSought] = useState(written);
  const [sent, setSent] = useState<string | null>(null);
  const [finished, setFinished] = useState('');
  const read = readSearch(text, grammar);
  const next = formatSearch(read.words, read.metadata, grammar);
  // The address can also change elsewhere: by a chip, a tab, Clear, or the back button.
  if (sought !== written) {
    setSought(written);
    setSent(null);
    // What was sent from here comes back a moment later, when more may have been typed already.
    if (written !== sent && next !== written) setText(next === sought ? written : keepTyped(text, sought, written));
  }
  const problem = shownProblem(text, read.problems, finished === text);
  const url = urlOf(changeOf(read, grammar));
  const isNew = read.problems.length === 0 && next !== written;
  const waits = isNew && !isUnfinished(text);
  useEffect(() => {
    if (!waits) return;
    const timer = setTimeout(() => {
      setSent(next);
      goTo(url, 'replace');
    }, pauseMs);
    return () => clearTimeout(timer);
  }, [waits, url, next]);
  const commit = (given: string) => {
    setFinished(given);
    if (!isNew) return;
    setSent(next);
    goTo(url, 'replace');
  };
  const undo = () => setText(written);
  return { text, setText, problem, differs: text.trim() !== written, commit, undo };
}

/** Returns the filters that stand in a search box. What does not stand there is taken away. */
function changeOf({ words, metadata }: ReadSearch, grammar: SearchGrammar): FilterChange {
  const named = [...filterNamesOf(grammar), 'text'].map((name) => [name, words[name] ?? '']);
  return { words: Object.fromEntries(named), metadata };
}

/** Returns whether the last piece is a filter that is still being typed. */
function isUnfinished(text: string): boolean {
  const last = searchTokens(text).at(-1);
  return last !== undefined && last.key !== null && last.end === text.length;
}

/** Returns what is wrong; of a filter that is still being typed only once it is finished. */
function shownProblem(text: string, problems: readonly SearchProblem[], finished: boolean): string | null {
  const shown = problems.find(({ end }) => finished || end < text.length || !isUnfinished(text));
  return shown?.message ?? null;
}
