'use client';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { JobSummary } from '#src/contract/job/job.ts';
import { useLiveRefresh } from '#src/ui/data/live/use-live.ts';
import { useMe } from '#src/ui/data/project/use-me.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';

const newestOne = { limit: 1 };

/**
 * Returns the newest job of the project, or null if there is none; undefined until that is known. It loads a single
 * row, once. Only an empty project is looked at again, until it has a job.
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

/** Returns true for a project without jobs; undefined until that is known. */
export function useIsEmptyProject(): boolean | undefined {
  const newest = useNewestJob();
  return newest === undefined ? undefined : newest === null;
}

/** Projects in which the user has left the start page. They are kept until the page is loaded again. */
const left = new Set<string>();

/**
 * Returns whether to show the start page instead of a page. It is shown in a project that was seen empty, until the
 * user leaves it. The first job must not take the page away from a user who watches the job.
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
