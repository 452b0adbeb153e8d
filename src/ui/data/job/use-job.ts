'use client';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { JobView } from '#src/contract/job/job-view.ts';
import type { LiveTopic } from '#src/contract/live/live-topics.ts';
import { useLiveRefresh } from '#src/ui/data/live/use-live.ts';
import { mayRetry } from '#src/ui/data/refusal.ts';
import { serverNow } from '#src/ui/data/server-clock.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { isSettled } from '#src/ui/words/outlived.ts';

const pollMs = 1_000;
const longestTimerMs = 2_147_483_647;

/**
 * Loads all data of a job's page and keeps it up to date until nothing about the job can change any more. Without an id
 * it loads nothing.
 */
export function useJob(id: string | null): { view: JobView | undefined; error: unknown; retry: () => void } {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const input = { id: id ?? '' };
  const queryKey = trpc.jobs.view.queryKey(input);
  const known = queries.getQueryData(queryKey);
  const settled = id === null || (known !== undefined && isSettled(known, serverNow()));
  const topics: LiveTopic[] = settled ? [] : [`job:${id}`];
  const intervalMs = useLiveRefresh(topics, [{ queryKey }], pollMs);
  const query = useQuery(
    trpc.jobs.view.queryOptions(input, {
      enabled: id !== null,
      refetchInterval: ({ state: { data, error } }) => {
        // A request that was refused once, such as for an unknown id, will be refused again.
        if (data === undefined && error !== null && !mayRetry(0, error)) return false;
        return data && isSettled(data, serverNow()) ? false : intervalMs;
      },
    }),
  );
  const { refetch } = query;
  useExpiry(query.data?.job.result?.expiresAt, refetch);
  return { view: query.data, error: query.error, retry: () => void refetch() };
}

/** Reloads the job when its result expires. The screen must not show a result longer than it is kept. */
function useExpiry(expiresAt: string | undefined, refetch: () => unknown): void {
  useEffect(() => {
    if (expiresAt === undefined) return;
    const leftMs = Date.parse(expiresAt) - serverNow();
    const timer = setTimeout(() => void refetch(), Math.min(Math.max(leftMs + 500, 1_000), longestTimerMs));
    return () => clearTimeout(timer);
  }, [expiresAt, refetch]);
}
