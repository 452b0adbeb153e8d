'use client';

import { useCallback, useSyncExternalStore } from 'react';

export type Theme = 'system' | 'light' | 'dark';

const changed = 'ringback-theme';

/**
 * Returns the theme that this browser has stored, a function that sets it, and one that switches it. theme-script.tsx
 * applies it for the first paint.
 */
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

/** Returns whether the dark theme of the system applies. The system decides only if no theme was chosen. */
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
    // A browser that stores nothing still changes the theme of this page.
  }
}
