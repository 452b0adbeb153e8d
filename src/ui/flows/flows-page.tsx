'use client';

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'next/navigation';
import { lazy, Suspense, useState } from 'react';
import { useLiveRefresh } from '#src/ui/data/live/use-live.ts';
import { useMayWrite } from '#src/ui/data/project/use-me.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { CirclePause, Gauge, SearchX } from '#src/ui/icons/icons.ts';
import { CodeBlock } from '#src/ui/parts/body/code-block.tsx';
import { Button, buttonClass } from '#src/ui/parts/form/button.tsx';
import { SearchField } from '#src/ui/parts/form/search-field.tsx';
import { PausedBanners } from '#src/ui/parts/job/paused-banners.tsx';
import { Card } from '#src/ui/parts/page/card.tsx';
import { EmptyState } from '#src/ui/parts/page/empty-state.tsx';
import { Failure } from '#src/ui/parts/page/failure.tsx';
import { PageHead } from '#src/ui/parts/page/page-head.tsx';
import { SkeletonTable } from '#src/ui/parts/page/skeleton.tsx';
import { tabClass, tabListClass } from '#src/ui/parts/page/tabs.tsx';
import { Pager } from '#src/ui/parts/table/pager.tsx';
import { ShallowLink } from '#src/ui/parts/table/shallow-link.tsx';
import { TopBar } from '#src/ui/shell/bar/top-bar.tsx';
import { PageBody } from '#src/ui/shell/page-body.tsx';
import { type FlowFilters, flowInputOf, flowListUrl, flowPageSize, flowTabs, readFlowFilters } from './flow-filters.ts';
import { FlowsTable } from './flows-table.tsx';

const PauseDialog = lazy(async () => ({ default: (await import('./pause-dialog.tsx')).PauseDialog }));

/** Poll interval without the stream, and the longest time until a change that somebody else made is seen. */
const refreshMs = 2_000;
const othersMs = 5_000;

/** Page that lists the flows of the project with what waits and runs in them. */
export function FlowsPage() {
  const filters = readFlowFilters(useSearchParams());
  const [pausing, setPausing] = useState(false);
  const mayWrite = useMayWrite();
  const trpc = useTRPC();
  const input = flowInputOf(filters);
  const liveMs = useLiveRefresh(['jobs'], [{ queryKey: trpc.flows.list.queryKey(input) }], refreshMs);
  const query = useQuery(
    trpc.flows.list.queryOptions(input, {
      placeholderData: keepPreviousData,
      // The stream tells of jobs, but not of limits and pauses.
      refetchInterval: Math.min(liveMs, othersMs),
    }),
  );
  return (
    <>
      <TopBar>
        <span>Flows</span>
      </TopBar>
      <PageBody>
        <PageHead title="Flows">
          {mayWrite && (
            <Button icon={CirclePause} onClick={() => setPausing(true)}>
              Pause…
            </Button>
          )}
        </PageHead>
        <PausedBanners />
        <nav aria-label="Which flows" className={tabListClass}>
          {flowTabs.map(({ only, word }) => (
            <ShallowLink
              key={word}
              href={flowListUrl(filters, { only })}
              aria-current={filters.only === only ? 'page' : undefined}
              className={tabClass(filters.only === only)}
            >
              {word}
            </ShallowLink>
          ))}
        </nav>
        <search className="flex min-h-7 flex-wrap items-center gap-2">
          <SearchField
            label="Search flows"
            placeholder="Part of a key"
            value={filters.search}
            urlOf={(search) => flowListUrl(filters, { search })}
          />
        </search>
        <Card label="Flows" busy={query.isPending || query.isPlaceholderData}>
          {query.data === undefined ? (
            query.error ? (
              <Failure error={query.error} what="The flows could not be loaded" onRetry={() => void query.refetch()} />
            ) : (
              <SkeletonTable rows={6} />
            )
          ) : query.data.flows.length === 0 ? (
            <NoFlow filters={filters} />
          ) : (
            <FlowsTable flows={query.data.flows} />
          )}
          <Pager
            cursor={filters.cursor}
            nextCursor={query.data?.nextCursor ?? null}
            urlOf={(cursor) => flowListUrl(filters, { cursor })}
            words={['Previous', 'Next']}
          >
            {flowPageSize} per page, by key
          </Pager>
        </Card>
      </PageBody>
      {pausing && (
        <Suspense fallback={null}>
          <PauseDialog onClose={() => setPausing(false)} />
        </Suspense>
      )}
    </>
  );
}

const snippet = `await ringback.submit({
  url: 'https://api.openai.com/v1/responses',
  json: { model: 'gpt-5', input: 'Hello' },
  flow: { key: 'openai', concurrency: 10, rate: { limit: 500, periodSeconds: '1m' } },
});`;

/** Shows in place of an empty list how a flow is made, or that no flow passes the filters. */
function NoFlow({ filters }: { filters: FlowFilters }) {
  if (flowListUrl(filters, { cursor: filters.cursor }) === '/flows') {
    return (
      <EmptyState
        icon={Gauge}
        title="No flow yet"
        action={
          <div className="w-[680px] max-w-full min-w-0 text-left">
            <CodeBlock text={snippet} label="the snippet" boxed />
          </div>
        }
      >
        Jobs that name the same flow share its limits, over all workers. The first one makes it.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={SearchX}
      title={filters.search ? 'No flow matches' : filters.only === 'paused' ? 'No flow is paused' : 'No flow is busy'}
      action={
        <ShallowLink href="/flows" className={buttonClass()}>
          Show all flows
        </ShallowLink>
      }
    >
      This page fills by itself when one does.
    </EmptyState>
  );
}
