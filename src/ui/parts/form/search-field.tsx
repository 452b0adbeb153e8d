'use client';

import { useEffect, useRef, useState } from 'react';
import { goTo } from '#src/ui/data/browser/address.ts';
import { useKeys } from '#src/ui/data/browser/use-keys.ts';
import { Search } from '#src/ui/icons/icons.ts';
import { inputBoxClass, inputClass } from './input.ts';

const pauseMs = 250;

type Props = {
  label: string;
  placeholder: string;
  /** The text that the list is searched for now, from the address. */
  value: string;
  /** Returns the address of the list that is searched for a text. */
  urlOf: (text: string) => string;
  /** Opens the page of something that the whole text names; returns false if the list is searched for the text. */
  opens?: (text: string) => boolean;
  /** False if another field of the page has the key `/`. */
  hasKey?: boolean;
};

/** Searches a list after a pause in typing. The address follows without a history entry per letter. */
export function SearchField({ label, placeholder, value, urlOf, opens, hasKey = true }: Props) {
  const [text, setText] = useState(value);
  const [sought, setSought] = useState(value);
  const box = useRef<HTMLInputElement>(null);
  useKeys(hasKey ? { '/': () => box.current?.focus() } : {});
  // The address can also change elsewhere: by Clear, by the back button or by a tab.
  if (sought !== value) {
    setSought(value);
    // What was typed since stays, and is searched for in its turn.
    if (text.trim() === sought) setText(value);
  }
  const url = urlOf(text.trim());
  const differs = text.trim() !== value;
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
        placeholder={placeholder}
        aria-label={label}
        maxLength={200}
        value={text}
        onChange={(event) => setText(opens?.(event.target.value) ? '' : event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') setText('');
        }}
      />
      {hasKey && <kbd className="max-sm:hidden">/</kbd>}
    </label>
  );
}
