'use client';

import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { jobGrammar, jobSearchFields } from '#src/contract/search/job-search.ts';
import { formatSearch, type ReadSearch, readSearch, type SearchProblem } from '#src/contract/search/search-grammar.ts';
import { searchTokens } from '#src/contract/search/search-tokens.ts';
import { goTo } from '#src/ui/data/browser/address.ts';
import { useKeys } from '#src/ui/data/browser/use-keys.ts';
import { CircleX, Search } from '#src/ui/icons/icons.ts';
import { inputBoxClass } from '#src/ui/parts/form/input.ts';
import { SuggestInput } from '#src/ui/parts/form/suggest-input.tsx';
import { useOpenId } from '#src/ui/shell/keys/use-open-id.ts';
import { completed, completionAt, offersOf } from './completion.ts';
import { type Filters, filtersUrl } from './filters.ts';
import { keepTyped } from './keep-typed.ts';
import { useKnownValues } from './use-known-values.ts';

const pauseMs = 250;
const problemId = 'search-box-problem';

/**
 * Search box of the list: `key:value` filters in step with the chips, and text. The address follows after a pause in
 * typing. A filter that is still being typed waits until it is finished: by a space, by Enter, or by leaving the box.
 */
export function SearchBox({ filters }: { filters: Filters }) {
  const openId = useOpenId();
  const box = useRef<HTMLInputElement>(null);
  const { text, setText, problem, differs, commit, undo } = useSearchText(filters);
  const [caret, setCaret] = useState<number | null>(null);
  const [placed, setPlaced] = useState<{ at: number } | null>(null);
  // Before the next key is typed: a caret that is placed later would part what was typed meanwhile.
  useLayoutEffect(() => {
    if (placed) box.current?.setSelectionRange(placed.at, placed.at);
  }, [placed]);
  useKeys({ '/': () => box.current?.focus() });
  const completion = caret === null ? null : completionAt(text, caret);
  const known = useKnownValues(completion?.ask ?? null);
  const offers = completion ? offersOf(completion, known) : [];
  const change = (next: string) => {
    // The list itself finds jobs and responses by their ids.
    setText(!/^\s*(job|resp)_/.test(next) && openId(next) ? '' : next);
    setCaret(box.current?.selectionStart ?? next.length);
  };
  return (
    <div className="relative w-[420px] max-lg:w-[300px] max-sm:w-full max-sm:flex-none">
      <div className={inputBoxClass('small')}>
        <Search size={14} aria-hidden className="flex-none text-fg-subtle" />
        <SuggestInput
          box={box}
          aria-label="Search jobs"
          aria-invalid={problem !== null}
          aria-describedby={problem === null ? undefined : problemId}
          placeholder="Part of a URL, any id, or host: status: meta. …"
          maxLength={2_000}
          enterKeyHint="search"
          value={text}
          onChange={change}
          onSelect={(event) => setCaret(event.currentTarget.selectionStart)}
          onBlur={() => {
            setCaret(null);
            commit(text);
          }}
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return;
            if (differs) undo();
            else box.current?.blur();
          }}
          onEnter={() => commit(text)}
          suggestions={offers.map((value) => ({ value, hint: completion?.after === ':' ? (hints[value] ?? '') : '' }))}
          onPick={({ value }) => {
            if (!completion) return;
            const [next, place] = completed(text, completion, value);
            setText(next);
            setCaret(place);
            setPlaced({ at: place });
          }}
        />
        <kbd className="max-sm:hidden">/</kbd>
      </div>
      {problem !== null && (
        <p id={problemId} role="alert" className="mt-1.5 flex items-start gap-1.5 text-12 text-failed-text">
          <CircleX size={14} aria-hidden className="mt-px flex-none" />
          <span className="min-w-0 wrap-anywhere">{problem}</span>
        </p>
      )}
    </div>
  );
}

const hints: Readonly<Record<string, string>> = {
  state: 'failed',
  status: '503, 5xx, timeout',
  host: 'api.example.com',
  label: 'prod',
  method: 'POST',
  callback: 'failed, none',
  endpoint: 'its name',
  attempts: '>=3',
  duration: '>5s',
  flow: 'its key',
  upstream: 'its name',
  model: 'gpt-5',
  key: 'name of the API key',
  failure: 'kind of failure',
  'rerun-of': 'job_…',
  operation: 'op_…',
  'meta.': 'metadata: meta.customer.id:42',
};

const stateName = 'state';
const searched = [...jobSearchFields.map(({ name }) => name), 'notHost' as const];

/** Returns the filters as they are written. */
function searchTextOf(filters: Filters): string {
  const words = { ...filters, state: filters.state ?? '' };
  const named = Object.fromEntries(searched.map((name) => [name, words[name]]));
  return formatSearch({ ...named, text: filters.text }, filters.metadata, jobGrammar);
}

/** Returns the change of the filters that stands in a search box. What does not stand there is taken away. */
function changeOf({ words, metadata }: ReadSearch): Partial<Filters> {
  const named = searched.map((name) => [name, words[name] ?? '']);
  return {
    ...Object.fromEntries(named),
    state: words[stateName] || null,
    text: words.text,
    metadata,
  } as Partial<Filters>;
}

/** Keeps the text of the box and the filters in step: what is typed goes into the address, and what changes there comes back. */
function useSearchText(filters: Filters) {
  const written = searchTextOf(filters);
  const [text, setText] = useState(written);
  const [sought, setSought] = useState(written);
  const [sent, setSent] = useState<string | null>(null);
  const [finished, setFinished] = useState('');
  // The address can also change elsewhere: by a chip, a tab, Clear, or the back button.
  if (sought !== written) {
    setSought(written);
    setSent(null);
    // What was sent from here comes back a moment later, when more may have been typed already.
    if (written !== sent && writtenOf(text) !== written)
      setText(writtenOf(text) === sought ? written : keepTyped(text, sought, written));
  }
  const read = readSearch(text, jobGrammar);
  const problem = shownProblem(text, read.problems, finished === text);
  const url = filtersUrl(filters, changeOf(read));
  const isNew = read.problems.length === 0 && writtenOf(text) !== written;
  const waits = isNew && !isUnfinished(text);
  const next = writtenOf(text);
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

function writtenOf(text: string): string {
  const { words, metadata } = readSearch(text, jobGrammar);
  return formatSearch(words, metadata, jobGrammar);
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
