'use client';

import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useSyncExternalStore } from 'react';
import { useReach } from './reach.ts';
import { problemOf } from './refusal.ts';

/** Returns false while the data on the page cannot be brought up to date. */
export function useConnection(): boolean {
  const cache = useQueryClient().getQueryCache();
  const subscribe = useCallback((listener: () => void) => cache.subscribe(listener), [cache]);
  const connected = () =>
    !cache.getAll().some((query) => {
      const error = query.state.fetchFailureReason ?? query.state.error;
      return query.isActive() && error !== null && isOutage(problemOf(error).code);
    });
  const upToDate = useSyncExternalStore(subscribe, connected, () => true);
  return useReach().answers && upToDate;
}

function isOutage(code: string): boolean {
  return code === 'unreachable' || code === 'unavailable' || code === 'internal';
}
