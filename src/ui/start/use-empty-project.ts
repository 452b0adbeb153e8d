'use client';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { JobSummary } from '#src/contract/job/job.ts';
import { useLiveRefresh } from '#src/ui/data/live/use-live.ts';
import { useMe } from '#src/ui/data/project/use-me.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';

const newestOne = { limit: 1 };

/**
 * Whether the project has a job, and the newest of them; undefined until that is known. A single row, asked for once: only
 * an empty project is looked at again, until it is none.
 */
export function useNewestJob(): JobSummary | null | undefined {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const queryKey = trpc.jobs.list.queryKey(newestOne);
  const known = queries.getQueryData(queryKey);
  const intervalMs = useLiveRefresh(known?.jobs.length === 0 ? ['jobs'] : [], [{ queryKey }], 2_000);
  const { data } = useQuery(
    trpc.jobs.list.queryOptions(newestOne, {
      staleTime: ({ state }) => (state.data?.jobs.length ? Number.POSITIVE_INFINITY : 0),
      refetchInterval: ({ state }) => (state.data?.jobs.length === 0 ? intervalMs : false),
    }),
  );
  return data && (data.jobs[0] ?? null);
}

/** True for a project without jobs; undefined until that is known. */
export function useIsEmptyProject(): boolean | undefined {
  const newest = useNewestJob();
  return newest === undefined ? undefined : newest === null;
}

/** Projects whose people did not want to be shown how to start; until the page is loaded again. */
const left = new Set<string>();

/**
 * Whether to show how to start instead of a page: in a project that was seen empty, and until its reader goes on. The
 * first job must not take the page away from who watches it.
 */
export function useStart(): { shown: boolean; leave: () => void } {
  const projectId = useMe().data?.project.id;
  const empty = useIsEmptyProject();
  const [startedIn, setStartedIn] = useState<string | null>(null);
  if (projectId !== undefined && empty && startedIn !== projectId && !left.has(projectId)) setStartedIn(projectId);
  const leave = () => {
    if (projectId !== undefined) left.add(projectId);
    setStartedIn(null);
  };
  return { shown: projectId !== undefined && startedIn === projectId, leave };
}
