'use client';

import { useLayoutEffect, useRef, useState } from 'react';
import { useKeys } from '#src/ui/data/browser/use-keys.ts';
import { CircleX, Search } from '#src/ui/icons/icons.ts';
import { inputBoxClass } from '#src/ui/parts/form/input.ts';
import { SuggestInput } from '#src/ui/parts/form/suggest-input.tsx';
import { completed, completionAt, offersOf } from './completion.ts';
import type { ListSearch } from './list-search.ts';
import { useKnownValues } from './use-known-values.ts';
import { useSearchText } from './use-search-text.ts';

const problemId = 'search-box-problem';

type Props = {
  search: ListSearch;
  /** Opens the page of something that the whole text names; returns false if the list is searched for the text. */
  opens: (text: string) => boolean;
};

/**
 * Search box of a list: `key:value` filters in step with the chips, and text. The address follows after a pause in
 * typing. A filter that is still being typed waits until it is finished: by a space, by Enter, or by leaving the box.
 */
export function SearchBox({ search, opens }: Props) {
  const { plan } = search;
  const box = useRef<HTMLInputElement>(null);
  const { text, setText, problem, differs, commit, undo } = useSearchText(search);
  const [caret, setCaret] = useState<number | null>(null);
  const [placed, setPlaced] = useState<{ at: number } | null>(null);
  // Before the next key is typed: a caret that is placed later would part what was typed meanwhile.
  useLayoutEffect(() => {
    if (placed) box.current?.setSelectionRange(placed.at, placed.at);
  }, [placed]);
  useKeys({ '/': () => box.current?.focus() });
  const completion = caret === null ? null : completionAt(text, caret, plan);
  const known = useKnownValues(completion?.ask ?? null);
  const offers = completion ? offersOf(completion, known) : [];
  const hintOf = (value: string) => (completion?.after === ':' ? (plan.hints[value] ?? '') : '');
  const change = (next: string) => {
    setText(opens(next) ? '' : next);
    setCaret(box.current?.selectionStart ?? next.length);
  };
  return (
    <div className="relative w-[420px] max-lg:w-[300px] max-sm:w-full max-sm:flex-none">
      <div className={inputBoxClass('small')}>
        <Search size={14} aria-hidden className="flex-none text-fg-subtle" />
        <SuggestInput
          box={box}
          aria-label={plan.label}
          aria-invalid={problem !== null}
          aria-describedby={problem === null ? undefined : problemId}
          placeholder={plan.placeholder}
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
          suggestions={offers.map((value) => ({ value, hint: hintOf(value) }))}
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
