'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useSearchParams } from 'next/navigation';
import type { Endpoint } from '#src/contract/endpoint/endpoint.ts';
import { readSpan, spanUrl } from '#src/ui/charts/range.ts';
import { goTo } from '#src/ui/data/browser/address.ts';
import { useLiveRefresh } from '#src/ui/data/live/use-live.ts';
import { useNow } from '#src/ui/data/server-clock.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { healthOf } from '#src/ui/endpoints/endpoint-mark.tsx';
import { Banner } from '#src/ui/parts/page/banner.tsx';
import { NoSuch } from '#src/ui/parts/page/no-such.tsx';
import { Skeleton } from '#src/ui/parts/page/skeleton.tsx';
import { TabTitle } from '#src/ui/parts/page/tab-title.tsx';
import { Ago } from '#src/ui/parts/time/ago.tsx';
import { TopBar } from '#src/ui/shell/bar/top-bar.tsx';
import { PageBody } from '#src/ui/shell/page-body.tsx';
import { DeliveriesChart } from './deliveries-chart.tsx';
import { AboutCard } from './endpoint-about-card.tsx';
import { EndpointFacts } from './endpoint-facts.tsx';
import { EndpointHead } from './endpoint-head.tsx';
import { RecentDeliveries } from './recent-deliveries.tsx';
import { SecretsCard } from './secrets-card.tsx';

const refreshMs = 4_000;

/** Page of one endpoint: its condition, deliveries, signing secrets and settings. */
export function EndpointPage({ id }: { id: string }) {
  const trpc = useTRPC();
  const span = readSpan(useSearchParams());
  const refetchInterval = useLiveRefresh(
    ['endpoints', 'deliveries'],
    [{ queryKey: trpc.endpoints.get.queryKey({ id }) }, { queryKey: trpc.stats.endpoint.queryKey({ id, ...span }) }],
    refreshMs,
  );
  const endpoint = useQuery(trpc.endpoints.get.queryOptions({ id }, { refetchInterval }));
  const stats = useQuery(
    trpc.stats.endpoint.queryOptions({ id, ...span }, { refetchInterval, placeholderData: (before) => before }),
  );
  return (
    <>
      <TopBar>
        <Link href="/endpoints" className="text-fg-muted hover:text-fg">
          Endpoints
        </Link>
        <span className="text-fg-faint">/</span>
        <span className="truncate">{endpoint.data?.name ?? id}</span>
      </TopBar>
      <PageBody capped>
        {endpoint.data ? (
          <>
            <EndpointTitle endpoint={endpoint.data} />
            <EndpointHead endpoint={endpoint.data} waiting={stats.data?.waiting.count ?? 0} />
            {endpoint.data.problem && (
              <Banner tone="failed">
                Nothing can be sent to it. {endpoint.data.problem.message.replace(/[^.]$/, '$&.')}{' '}
                <span className="text-fg-muted">
                  <Ago at={endpoint.data.problem.at} sentence />
                </span>
              </Banner>
            )}
            <EndpointFacts endpoint={endpoint.data} stats={stats.data} />
            <DeliveriesChart
              stats={stats.data}
              error={stats.error}
              onRetry={() => void stats.refetch()}
              span={span}
              onSpan={(next) => goTo(spanUrl(`/endpoints/${id}`, next), 'replace')}
            />
            <div className="grid min-w-0 grid-cols-[minmax(0,2fr)_minmax(0,1fr)] items-start gap-4 max-lg:grid-cols-1 max-sm:gap-3 [&>*]:min-w-0">
              <RecentDeliveries endpoint={endpoint.data} />
              <div className="grid gap-4 max-sm:gap-3 [&>*]:min-w-0">
                <SecretsCard endpointId={endpoint.data.id} />
                <AboutCard endpoint={endpoint.data} />
              </div>
            </div>
          </>
        ) : endpoint.error ? (
          <NoSuch
            what="endpoint"
            id={id}
            error={endpoint.error}
            onRetry={() => void endpoint.refetch()}
            list={{ href: '/endpoints', name: 'endpoints' }}
            gone="it was deleted"
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

function EndpointTitle({ endpoint }: { endpoint: Endpoint }) {
  const health = healthOf(endpoint, useNow(1_000));
  return <TabTitle parts={[health === 'enabled' ? null : health === 'paused' ? 'failing' : health, endpoint.name]} />;
}
