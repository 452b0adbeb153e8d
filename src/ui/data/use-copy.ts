'use client';

import { useEffect, useState } from 'react';

const shownMs = 1_500;

/** Copies a text and says so for a moment. Without a clipboard (plain http on another machine) it says that too. */
export function useCopy(): { state: 'idle' | 'copied' | 'failed'; copy: (text: string) => void } {
  const [state, setState] = useState<'idle' | 'copied' | 'failed'>('idle');
  useEffect(() => {
    if (state === 'idle') return;
    const timer = setTimeout(() => setState('idle'), shownMs);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = (text: string) => {
    void writeText(text).then(
      () => setState('copied'),
      () => setState('failed'),
    );
  };
  return { state, copy };
}

async function writeText(text: string): Promise<void> {
  if (!navigator.clipboard) throw new Error('This page was not loaded over https or from this machine.');
  await navigator.clipboard.writeText(text);
}
