'use client';

import { useSyncExternalStore } from 'react';

/** The columns one may do without; state, request and age stay. */
export const optionalColumns = ['labels', 'attempts', 'status', 'duration', 'next'] as const;
export type OptionalColumn = (typeof optionalColumns)[number];

export type TablePrefs = { hidden: OptionalColumn[]; compact: boolean };

const place = 'ringback-jobs-table';
const usual: TablePrefs = { hidden: [], compact: false };
const listeners = new Set<() => void>();
let current: TablePrefs | null = null;

/** How this browser shows the table. It is a taste and no filter, so it stays here and not in the address. */
export function useTablePrefs(): [TablePrefs, (change: Partial<TablePrefs>) => void] {
  const prefs = useSyncExternalStore(subscribe, read, () => usual);
  return [prefs, change];
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function read(): TablePrefs {
  current ??= parse(stored());
  return current;
}

/** Storage may be forbidden, and then tastes last as long as the page. */
function stored(): string | null {
  try {
    return localStorage.getItem(place);
  } catch {
    return null;
  }
}

function parse(text: string | null): TablePrefs {
  try {
    const kept = JSON.parse(text ?? '{}') as { hidden?: unknown; compact?: unknown };
    const hidden = Array.isArray(kept.hidden) ? kept.hidden : [];
    return { hidden: optionalColumns.filter((column) => hidden.includes(column)), compact: kept.compact === true };
  } catch {
    return usual;
  }
}

function change(some: Partial<TablePrefs>): void {
  current = { ...read(), ...some };
  try {
    localStorage.setItem(place, JSON.stringify(current));
  } catch {
    // As above.
  }
  for (const listener of listeners) listener();
}
