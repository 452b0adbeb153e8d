'use client';

import { useEffect, useState } from 'react';

const shownMs = 1_500;

/** Copies a text. `state` says for a moment whether that worked. Plain http from another machine has no clipboard. */
export function useCopy(): { state: 'idle' | 'copied' | 'failed'; copy: (text: string) => void } {
  const [state, setState] = useState<'idle' | 'copied' | 'failed'>('idle');
  useEffect(() => {
    if (state === 'idle') return;
    const timer = setTimeout(() => setState('idle'), shownMs);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = (text: string) => {
    void copyText(text).then((copied) => setState(copied ? 'copied' : 'failed'));
  };
  return { state, copy };
}

/**
 * Copies a text and returns whether that worked. It fails if the page was loaded over plain http from another machine.
 */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
