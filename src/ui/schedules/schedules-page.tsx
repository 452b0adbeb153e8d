'use client';

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'next/navigation';
import { lazy, Suspense, useState } from 'react';
import { useLiveRefresh } from '#src/ui/data/live/use-live.ts';
import { useMayWrite } from '#src/ui/data/project/use-me.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { CalendarClock, Plus, SearchX } from '#src/ui/icons/icons.ts';
import { CodeBlock } from '#src/ui/parts/body/code-block.tsx';
import { Button, buttonClass } from '#src/ui/parts/form/button.tsx';
import { SearchField } from '#src/ui/parts/form/search-field.tsx';
import { Card } from '#src/ui/parts/page/card.tsx';
import { EmptyState } from '#src/ui/parts/page/empty-state.tsx';
import { Failure } from '#src/ui/parts/page/failure.tsx';
import { PageHead } from '#src/ui/parts/page/page-head.tsx';
import { SkeletonTable } from '#src/ui/parts/page/skeleton.tsx';
import { Pager } from '#src/ui/parts/table/pager.tsx';
import { ShallowLink } from '#src/ui/parts/table/shallow-link.tsx';
import { TopBar } from '#src/ui/shell/bar/top-bar.tsx';
import { PageBody } from '#src/ui/shell/page-body.tsx';
import { readScheduleFilters, scheduleInputOf, scheduleListUrl, schedulePageSize } from './schedule-filters.ts';
import { SchedulesTable } from './schedules-table.tsx';

const ScheduleDialog = lazy(async () => ({ default: (await import('./schedule-dialog.tsx')).ScheduleDialog }));

/** Poll interval without the stream, and the longest time until a change that the stream does not tell of is seen. */
const refreshMs = 2_000;
const othersMs = 5_000;

/** Page that lists the schedules of the project, and makes new ones. */
export function SchedulesPage() {
  const filters = readScheduleFilters(useSearchParams());
  const [making, setMaking] = useState(false);
  const mayWrite = useMayWrite();
  const query = useSchedules(scheduleInputOf(filters));
  const make = mayWrite && (
    <Button kind="primary" icon={Plus} onClick={() => setMaking(true)}>
      New schedule
    </Button>
  );
  return (
    <>
      <TopBar>
        <span>Schedules</span>
      </TopBar>
      <PageBody>
        <PageHead title="Schedules">{make}</PageHead>
        <search className="flex min-h-7 flex-wrap items-center gap-2">
          <SearchField
            label="Search schedules"
            placeholder="Part of a name"
            value={filters.search}
            urlOf={(search) => scheduleListUrl(filters, { search })}
          />
        </search>
        <Card label="Schedules" busy={query.isPending || query.isPlaceholderData}>
          {query.data === undefined ? (
            query.error ? (
              <Failure
                error={query.error}
                what="The schedules could not be loaded"
                onRetry={() => void query.refetch()}
              />
            ) : (
              <SkeletonTable rows={6} />
            )
          ) : query.data.schedules.length === 0 ? (
            <NoSchedule isSearch={filters.search !== '' || filters.cursor !== null} />
          ) : (
            <SchedulesTable schedules={query.data.schedules} />
          )}
          <Pager
            cursor={filters.cursor}
            nextCursor={query.data?.nextCursor ?? null}
            urlOf={(cursor) => scheduleListUrl(filters, { cursor })}
            words={['Previous', 'Next']}
          >
            {schedulePageSize} per page, by name
          </Pager>
        </Card>
      </PageBody>
      {making && (
        <Suspense fallback={null}>
          <ScheduleDialog id={null} onClose={() => setMaking(false)} />
        </Suspense>
      )}
    </>
  );
}

function useSchedules(input: ReturnType<typeof scheduleInputOf>) {
  const trpc = useTRPC();
  const liveMs = useLiveRefresh(['jobs'], [{ queryKey: trpc.schedules.list.queryKey(input) }], refreshMs);
  return useQuery(
    trpc.schedules.list.queryOptions(input, {
      placeholderData: keepPreviousData,
      // The stream tells of jobs, but not of schedules.
      refetchInterval: Math.min(liveMs, othersMs),
    }),
  );
}

const snippet = `await ringback.schedules.create({
  name: 'nightly-report',
  cron: '30 2 * * *',
  timezone: 'Europe/Berlin',
  job: { url: 'https://api.example.com/v1/reports', json: { range: 'yesterday' } },
});`;

/** Shows in place of an empty list how a schedule is made, or that none has such a name. */
function NoSchedule({ isSearch }: { isSearch: boolean }) {
  if (isSearch) {
    return (
      <EmptyState
        icon={SearchX}
        title="No schedule matches"
        action={
          <ShallowLink href="/schedules" className={buttonClass()}>
            Show all schedules
          </ShallowLink>
        }
      >
        The search looks at names.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={CalendarClock}
      title="No schedule yet"
      action={
        <div className="w-[680px] max-w-full min-w-0 text-left">
          <CodeBlock text={snippet} label="the snippet" boxed />
        </div>
      }
    >
      A schedule makes a job at every time of a cron expression, in a time zone. Make one by the button above, or in
      your code.
    </EmptyState>
  );
}
