'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import type { Upstream } from '#src/contract/upstream/upstream.ts';
import { useIsOwner } from '#src/ui/data/project/use-me.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { Card } from '#src/ui/parts/page/card.tsx';
import { NoSuch } from '#src/ui/parts/page/no-such.tsx';
import { Skeleton } from '#src/ui/parts/page/skeleton.tsx';
import { TabTitle } from '#src/ui/parts/page/tab-title.tsx';
import { HeadersTable } from '#src/ui/parts/table/headers-table.tsx';
import { TopBar } from '#src/ui/shell/bar/top-bar.tsx';
import { PageBody } from '#src/ui/shell/page-body.tsx';
import { UpstreamHead } from './upstream-head.tsx';
import { UpstreamSettingsCard } from './upstream-settings-card.tsx';
import { UpstreamTestCard } from './upstream-test-card.tsx';
import { UsageSection } from './usage-section.tsx';

const refreshMs = 10_000;

/** Page of one upstream, by its id or its name: its use, a test, its settings and its headers. */
export function UpstreamPage({ id }: { id: string }) {
  const trpc = useTRPC();
  const { data, error, refetch } = useQuery(
    trpc.upstreams.get.queryOptions({ id }, { refetchInterval: refreshMs, placeholderData: (before) => before }),
  );
  return (
    <>
      <TopBar>
        <Link href="/upstreams" className="text-fg-muted hover:text-fg">
          Upstreams
        </Link>
        <span className="text-fg-faint">/</span>
        <span className="truncate">{data?.name ?? id}</span>
      </TopBar>
      <PageBody capped>
        <TabTitle parts={[data?.name, 'Upstream']} />
        {data ? (
          <Loaded upstream={data} />
        ) : error ? (
          <NoSuch
            what="upstream"
            id={decodeURIComponent(id)}
            error={error}
            onRetry={() => void refetch()}
            list={{ href: '/upstreams', name: 'upstreams' }}
            gone="it was renamed or removed"
          />
        ) : (
          <div className="grid gap-4" aria-hidden>
            <div className="grid h-14 content-center gap-2">
              <Skeleton className="h-5 w-48" />
              <Skeleton className="w-80" />
            </div>
            <div className="card h-[66px]" />
            <div className="card h-[240px]" />
          </div>
        )}
      </PageBody>
    </>
  );
}

function Loaded({ upstream }: { upstream: Upstream }) {
  const isOwner = useIsOwner();
  return (
    <>
      <UpstreamHead upstream={upstream} />
      <UsageSection upstream={upstream} />
      <div className="grid min-w-0 grid-cols-2 items-start gap-4 max-lg:grid-cols-1 max-sm:gap-3 [&>*]:min-w-0">
        <UpstreamSettingsCard upstream={upstream} />
        <div className="grid gap-4 max-sm:gap-3 [&>*]:min-w-0">
          {isOwner && <UpstreamTestCard key={upstream.id} upstream={upstream} />}
          <Card label="Headers">
            <HeadersTable title="Headers added to every request" headers={upstream.headers} />
          </Card>
        </div>
      </div>
    </>
  );
}
