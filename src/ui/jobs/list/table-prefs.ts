'use client';

import { useSyncExternalStore } from 'react';

/** Columns that a user can hide. State, request and age stay. */
export const optionalColumns = ['labels', 'attempts', 'status', 'duration', 'next'] as const;
export type OptionalColumn = (typeof optionalColumns)[number];

export type TablePrefs = { hidden: OptionalColumn[]; compact: boolean };

const place = 'ringback-jobs-table';
const usual: TablePrefs = { hidden: [], compact: false };
const listeners = new Set<() => void>();
let current: TablePrefs | null = null;

/**
 * Returns how this browser shows the table. This is a preference, not a filter, so it is stored here and not in the
 * address.
 */
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

/** Reads the stored preferences. If storage is forbidden, preferences last as long as the page. */
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
    // Storage is forbidden, see `stored`.
  }
  for (const listener of listeners) listener();
}
