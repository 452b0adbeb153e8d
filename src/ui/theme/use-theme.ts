'use client';

import { useCallback, useSyncExternalStore } from 'react';

export type Theme = 'system' | 'light' | 'dark';

const changed = 'ringback-theme';

/** The theme as it is kept for this browser, how to set it, and how to turn it over; see theme-script.tsx for the first paint. */
export function useTheme(): [theme: Theme, set: (theme: Theme) => void, turn: () => void] {
  const theme = useSyncExternalStore(subscribe, currentTheme, () => 'system' as const);
  const set = useCallback((next: Theme) => {
    const { dataset } = document.documentElement;
    if (next === 'system') delete dataset.theme;
    else dataset.theme = next;
    keep(next);
    window.dispatchEvent(new Event(changed));
  }, []);
  const turn = useCallback(() => {
    set(currentTheme() === 'dark' || isSystemDark() ? 'light' : 'dark');
  }, [set]);
  return [theme, set, turn];
}

/** Only where nothing else was chosen does the system decide. */
function isSystemDark(): boolean {
  return currentTheme() === 'system' && window.matchMedia('(prefers-color-scheme: dark)').matches;
}

function currentTheme(): Theme {
  const { theme } = document.documentElement.dataset;
  return theme === 'dark' || theme === 'light' ? theme : 'system';
}

function subscribe(listener: () => void): () => void {
  window.addEventListener(changed, listener);
  return () => window.removeEventListener(changed, listener);
}

function keep(theme: Theme): void {
  try {
    if (theme === 'system') localStorage.removeItem('theme');
    else localStorage.setItem('theme', theme);
  } catch {
    // A browser that keeps nothing still changes the theme of this page.
  }
}
