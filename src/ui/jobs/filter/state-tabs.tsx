'use client';

import { useQuery } from '@tanstack/react-query';
import type { JobFilterInput } from '#src/contract/job/job-filter-input.ts';
import { type JobState, jobStates } from '#src/domain/decide/job-state.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { TabLinks } from '#src/ui/parts/page/tabs.tsx';
import { StateTab } from '#src/ui/parts/table/state-tab.tsx';
import { type Filters, filtersUrl } from './filters.ts';

const tabs: (JobState | null)[] = [null, ...jobStates];
const refreshMs = 5_000;

type Props = { filters: Filters; filterInput: JobFilterInput; held: boolean };

/** Shows the states as tabs, each with the number of jobs that the other filters find. */
export function StateTabs({ filters, filterInput, held }: Props) {
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
          count={state === null ? counts?.all : counts?.counts[state]}
        />
      ))}
    </TabLinks>
  );
}
