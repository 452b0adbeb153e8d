'use client';

import { useLayoutEffect } from 'react';

/**
 * Gives the browser's tab a title that follows what the page shows: `failed · POST api.example.com/x · Ringback`. The
 * page's metadata, which may come later, has only the name of the kind.
 */
export function TabTitle({ parts }: { parts: readonly (string | null | undefined)[] }) {
  const title = [...parts.filter((part) => part), 'Ringback'].join(' · ');
  useLayoutEffect(() => {
    const set = () => {
      if (document.title !== title) document.title = title;
    };
    set();
    const observer = new MutationObserver(set);
    observer.observe(document.head, { childList: true, characterData: true, subtree: true });
    return () => observer.disconnect();
  }, [title]);
  return null;
}
