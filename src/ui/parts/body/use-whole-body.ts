'use client';

import { useState } from 'react';
import { fetchInTime, longTimeoutMs } from '#src/ui/data/reach.ts';

type Whole =
  | { state: 'idle' | 'loading' | 'failed'; bytes: null }
  | { state: 'loaded'; bytes: Uint8Array<ArrayBuffer> };

/** Loads a whole body, but only when the user asks for it. */
export function useWholeBody(url: string | undefined): Whole & { load: () => void } {
  const [whole, setWhole] = useState<Whole>({ state: 'idle', bytes: null });
  const load = async () => {
    if (url === undefined) return;
    setWhole({ state: 'loading', bytes: null });
    const answer = await fetchInTime(url, {}, longTimeoutMs).catch(() => null);
    const bytes = answer?.ok ? await answer.arrayBuffer().catch(() => null) : null;
    setWhole(bytes ? { state: 'loaded', bytes: new Uint8Array(bytes) } : { state: 'failed', bytes: null });
  };
  return { ...whole, load: () => void load() };
}
