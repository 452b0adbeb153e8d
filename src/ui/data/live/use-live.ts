'use client';

import { type QueryFilters, useQueryClient } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useRef, useSyncExternalStore } from 'react';
import type { LiveTopic } from '#src/contract/live/live-topics.ts';
import { useMe } from '#src/ui/data/project/use-me.ts';
import { liveState, subscribeLiveState, type TabState, watchLive } from './live-state.ts';

/** Even what is told is asked for now and then: of old rows of a list, nobody is told. */
const safetyMs = 30_000;

/** Whether this tab is told of changes, has to ask, or shows nothing that would need either. */
export function useLiveState(): TabState {
  return useSyncExternalStore(subscribeLiveState, liveState, () => 'opening' as const);
}

/** Calls `onChange` with each topic that has changed, for as long as it is mounted; answers whether it is being told. */
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
 * Keeps queries up to date by the stream: those that `filters` match are asked for again when a topic has changed. Answers
 * how often they are to be asked for anyway, for their `refetchInterval`: `pollMs` while nothing is told.
 */
export function useLiveRefresh(topics: readonly LiveTopic[], filters: readonly QueryFilters[], pollMs = 5_000): number {
  const queries = useQueryClient();
  const progress = useRef<'idle' | 'running' | 'again'>('idle');
  // One after the other: asking again while an answer is on its way would break that off, and under load no answer would
  // ever come.
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
