'use client';

import { useRef, useState } from 'react';

/** Ticked rows by their ids. */
export type Selection = Record<string, true>;

type Held = { query: string; selection: Selection; everyone: boolean };

/**
 * Keeps the ticked rows of one filter. Rows ticked on other pages of the same filter are added. `everyone` stands for
 * all matching rows. It is reset when the rows or the filter change: after a row is ticked or unticked, only the ticked
 * rows are meant.
 */
export function useSelection(query: string) {
  const [held, setHeld] = useState<Held>({ query, selection: {}, everyone: false });
  const { selection, everyone } = held.query === query ? held : { selection: {}, everyone: false };
  return {
    selection,
    everyone,
    setSelection: (next: Selection) => setHeld({ query, selection: next, everyone: false }),
    setEveryone: (next: boolean) => setHeld({ query, selection, everyone: next }),
  };
}

/** Returns the selection of these rows. */
export function selectionOf(ids: Iterable<string>): Selection {
  return Object.fromEntries([...ids].map((id) => [id, true]));
}

/**
 * Returns a function that ticks or unticks a row of the shown ones. With `range`, all rows from the one that was ticked
 * before are meant.
 */
export function useTicks(shown: readonly string[], selection: Selection, onSelect: (next: Selection) => void) {
  const lastTicked = useRef<number | null>(null);
  return (index: number, on: boolean, range: boolean) => {
    const from = range && lastTicked.current !== null ? Math.min(lastTicked.current, index) : index;
    const to = range && lastTicked.current !== null ? Math.max(lastTicked.current, index) : index;
    lastTicked.current = index;
    const ids = new Set(Object.keys(selection));
    for (const id of shown.slice(from, to + 1))
      if (on) ids.add(id);
      else ids.delete(id);
    onSelect(selectionOf(ids));
  };
}
