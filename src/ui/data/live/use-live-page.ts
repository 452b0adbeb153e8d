'use client';

import { keepPreviousData } from '@tanstack/react-query';
import type { LiveTopic } from '#src/contract/live/live-topics.ts';
import { useLive } from './use-live.ts';

/** Options of a page's query: the page is loaded once, and then stays as it is until it is loaded again. */
export const stillPage = {
  refetchOnMount: 'always',
  refetchOnWindowFocus: false,
  staleTime: Number.POSITIVE_INFINITY,
  placeholderData: keepPreviousData,
} as const;

/** Poll interval with the stream of changes. */
const calmMs = 20_000;

type Refetch = (options: { cancelRefetch: false }) => unknown;
type Page = { isSuccess: boolean; isPlaceholderData: boolean; isRefetching: boolean; refetch: Refetch };

/**
 * Keeps a still page company with live queries. It returns the options of those queries, and `settled`, which is true when
 * their answers belong to the page. `look` sends them; it is called when something of the topic has changed. `pollMs` is the
 * interval without the stream of changes. While the list is `held`, nothing is requested.
 */
export function useLivePage(
  topic: LiveTopic,
  page: Page,
  { isEmpty, pollMs, held = false }: { isEmpty: boolean; pollMs: number; held?: boolean },
  look: (options: Parameters<Refetch>[0]) => void,
) {
  const settled = page.isSuccess && !page.isPlaceholderData && !page.isRefetching;
  const enabled = settled && !isEmpty && !held;
  const isLive = useLive([topic], () => {
    // A running request is not cancelled: under load no answer would ever arrive.
    const options = { cancelRefetch: false } as const;
    if (!held && isEmpty) void page.refetch(options);
    if (enabled) look(options);
  });
  const refetchInterval = isLive ? calmMs : pollMs;
  return { settled, query: { enabled, refetchInterval, staleTime: 0, gcTime: 0, queryKeyHashFn: liveKey } };
}

/** Returns the cache key of a live query. It may have the same input as the page, but must not share its cache entry. */
function liveKey(key: readonly unknown[]): string {
  return `live ${JSON.stringify(key)}`;
}
