'use client';

import { type QueryFilters, useQueryClient } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useRef, useSyncExternalStore } from 'react';
import type { LiveTopic } from '#src/contract/live/live-topics.ts';
import { useMe } from '#src/ui/data/project/use-me.ts';
import { liveState, subscribeLiveState, type TabState, watchLive } from './live-state.ts';

/** Poll interval while the stream is live. The stream does not report changes of a list's old rows. */
const safetyMs = 30_000;

/** Returns whether this tab gets changes by the stream, has to poll, or shows nothing that needs either. */
export function useLiveState(): TabState {
  return useSyncExternalStore(subscribeLiveState, liveState, () => 'opening' as const);
}

/** Calls `onChange` with each topic that changes while the component is mounted. Returns whether the stream is live. */
export function useLive(topics: readonly LiveTopic[], onChange: (topic: LiveTopic) => void): boolean {
  const projectId = useMe().data?.project.id;
  const change = useEffectEvent(onChange);
  const key = topics.join(' ');
  useEffect(() => {
    if (projectId === undefined || key === '') return;
    return watchLive(projectId, key.split(' ') as LiveTopic[], (topic) => change(topic));
  }, [projectId, key]);
  return useLiveState() === 'live';
}

/**
 * Keeps queries up to date by the stream: when a topic changes, the queries that match `filters` are loaded again.
 * Returns the `refetchInterval` that these queries need in addition: `pollMs` while the stream is not live.
 */
export function useLiveRefresh(topics: readonly LiveTopic[], filters: readonly QueryFilters[], pollMs = 5_000): number {
  const queries = useQueryClient();
  const progress = useRef<'idle' | 'running' | 'again'>('idle');
  // Refreshes run one after the other. A new request would cancel the one under way, and under load no answer would
  // ever arrive.
  const refresh = async () => {
    if (progress.current !== 'idle') {
      progress.current = 'again';
      return;
    }
    do {
      progress.current = 'running';
      await Promise.all(filters.map((filter) => queries.invalidateQueries(filter)));
    } while (isAgain(progress));
    progress.current = 'idle';
  };
  const live = useLive(topics, () => void refresh());
  return live ? safetyMs : pollMs;
}

function isAgain(progress: { current: string }): boolean {
  return progress.current === 'again';
}
