'use client';

import { useEffect, useRef, useState } from 'react';
import { goTo } from '#src/ui/data/browser/address.ts';
import { useKeys } from '#src/ui/data/browser/use-keys.ts';
import { Search } from '#src/ui/icons/icons.ts';
import { inputBoxClass, inputClass } from '#src/ui/parts/form/input.ts';
import { type Filters, filtersUrl } from './filters.ts';

const pauseMs = 250;

/** Searches after a pause in typing. The address follows without a history entry per letter. */
export function SearchBox({ filters }: { filters: Filters }) {
  const [text, setText] = useState(filters.text);
  const [sought, setSought] = useState(filters.text);
  const box = useRef<HTMLInputElement>(null);
  useKeys({ '/': () => box.current?.focus() });
  // The address can also change elsewhere: by Clear, by the back button or by a tab.
  if (sought !== filters.text) {
    setSought(filters.text);
    if (text.trim() !== filters.text) setText(filters.text);
  }
  const url = filtersUrl(filters, { text: text.trim() });
  const differs = text.trim() !== filters.text;
  useEffect(() => {
    if (!differs) return;
    const timer = setTimeout(() => goTo(url, 'replace'), pauseMs);
    return () => clearTimeout(timer);
  }, [differs, url]);
  return (
    <label className={`${inputBoxClass('small')} w-[264px] max-lg:w-[200px] max-sm:w-full max-sm:flex-none`}>
      <Search size={14} aria-hidden className="flex-none text-fg-subtle" />
      <input
        ref={box}
        type="search"
        className={`${inputClass} [&::-webkit-search-cancel-button]:hidden`}
        placeholder="Part of a URL, or a job id"
        aria-label="Search jobs"
        maxLength={200}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') setText('');
        }}
      />
      <kbd className="max-sm:hidden">/</kbd>
    </label>
  );
}
