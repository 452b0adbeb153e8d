'use client';

import { useQuery } from '@tanstack/react-query';
import type { JobFilterInput } from '#src/contract/job/job-filter-input.ts';
import type { CappedCount } from '#src/contract/stats/stats.ts';
import { type JobState, jobStates } from '#src/domain/decide/job-state.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { TabLinks } from '#src/ui/parts/page/tabs.tsx';
import { StateTab } from '#src/ui/parts/table/state-tab.tsx';
import { type Filters, filtersUrl } from './filters.ts';

const tabs: (JobState | null)[] = [null, ...jobStates];
const refreshMs = 5_000;

type Props = {
  filters: Filters;
  filterInput: JobFilterInput;
  held: boolean;
  /** True if the list has looked through everything and found nothing. */
  foundNone: boolean;
};

/** Shows the states as tabs, each with the number of jobs that the other filters find. */
export function StateTabs({ filters, filterInput, held, foundNone }: Props) {
  const trpc = useTRPC();
  const { state: _state, ...others } = filterInput;
  const counts = useQuery(
    trpc.jobs.counts.queryOptions(others, {
      refetchInterval: held ? false : refreshMs,
      placeholderData: (before) => before,
    }),
  ).data;
  return (
    <TabLinks label="State" current={filters.state ?? 'all'}>
      {tabs.map((state) => (
        <StateTab
          key={state}
          state={state}
          href={filtersUrl(filters, { state })}
          current={filters.state === state}
          count={knownCount(
            state === null ? counts?.all : counts?.counts[state],
            foundNone && covers(filters.state, state),
          )}
        />
      ))}
    </TabLinks>
  );
}

/** Returns whether a list of one state, or of all, shows how many there are of another. */
function covers(listed: JobState | null, state: JobState | null): boolean {
  return listed === null || listed === state;
}

/** Returns the count. Where the list has looked through everything, "at least 0" is 0. */
function knownCount(count: CappedCount | undefined, none: boolean): CappedCount | undefined {
  return count && none && count.count === 0 ? { count: 0, capped: false } : count;
}
