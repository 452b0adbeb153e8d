'use client';

import type { ReactNode } from 'react';
import { GetStarted } from './get-started.tsx';
import { useStart } from './use-empty-project.ts';

/** A page that has nothing to show before the first job: until then, how to get there. */
export function StartGate({ children }: { children: ReactNode }) {
  const start = useStart();
  return start.shown ? <GetStarted onLeave={start.leave} /> : children;
}
