'use client';

import { useQuery } from '@tanstack/react-query';
import type { RunListInput, RunPage } from '#src/contract/run/run-view.ts';
import { type LiveOptions, useLiveList } from '#src/ui/data/live/use-live-list.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';

/** Loads a page of runs that is live but does not move. See `useLiveList`. */
export function useLiveRuns(input: RunListInput) {
  const { kept, ...list } = useLiveList('runs', input, useRuns, ({ runs }) => runs);
  return { ...list, rows: kept };
}

function useRuns(input: RunListInput, options: LiveOptions<RunPage>) {
  return useQuery(useTRPC().runs.list.queryOptions(input, options));
}
