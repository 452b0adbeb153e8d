'use client';

import { useQuery } from '@tanstack/react-query';
import clsx from 'clsx';
import type { JobFilterInput } from '#src/contract/job/job-filter-input.ts';
import type { CappedCount } from '#src/contract/stats/stats.ts';
import { type JobState, jobStates } from '#src/domain/decide/job-state.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { TabLinks, tabClass } from '#src/ui/parts/page/tabs.tsx';
import { ShallowLink } from '#src/ui/parts/table/shallow-link.tsx';
import { shortCountText } from '#src/ui/words/count-text.ts';
import { stateLook } from '#src/ui/words/state-look.ts';
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
        <Tab key={state} state={state} filters={filters} count={state === null ? counts?.all : counts?.counts[state]} />
      ))}
    </TabLinks>
  );
}

type TabProps = { state: JobState | null; filters: Filters; count: CappedCount | undefined };

function Tab({ state, filters, count }: TabProps) {
  const current = filters.state === state;
  const look = state && stateLook(state);
  return (
    <ShallowLink
      href={filtersUrl(filters, { state })}
      aria-current={current ? 'page' : undefined}
      className={tabClass(current)}
    >
      {look && <look.icon size={15} aria-hidden className={clsx(look.colour, 'text-state')} />}
      {look ? look.word : 'All'}
      {state !== null && (
        <span className="min-w-4 text-12 font-normal text-fg-subtle">{count ? shortCountText(count) : ''}</span>
      )}
    </ShallowLink>
  );
}
