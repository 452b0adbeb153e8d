import { useState } from 'react';
import { serverNow } from '#src/ui/data/server-clock.ts';

/** Returns the time at which a range like "the last hour" was chosen. Its beginning must not move at every refresh. */
export function useFixedNow(query: string): number {
  const [fixed, setFixed] = useState({ query, nowMs: serverNow() });
  if (fixed.query === query) return fixed.nowMs;
  const next = { query, nowMs: serverNow() };
  setFixed(next);
  return next.nowMs;
}
