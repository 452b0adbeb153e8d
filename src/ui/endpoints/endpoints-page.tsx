'use client';

import { useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'next/navigation';
import { useState } from 'react';
import type { Endpoint } from '#src/contract/endpoint/endpoint.ts';
import { goTo } from '#src/ui/data/browser/address.ts';
import { useLiveRefresh } from '#src/ui/data/live/use-live.ts';
import { useMayWrite } from '#src/ui/data/project/use-me.ts';
import { useNow } from '#src/ui/data/server-clock.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { EndpointDialog } from '#src/ui/endpoints/form/endpoint-dialog.tsx';
import { Plus, SearchX, Webhook } from '#src/ui/icons/icons.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import { SearchField } from '#src/ui/parts/form/search-field.tsx';
import { Select } from '#src/ui/parts/form/select.tsx';
import { Card } from '#src/ui/parts/page/card.tsx';
import { EmptyState } from '#src/ui/parts/page/empty-state.tsx';
import { Failure } from '#src/ui/parts/page/failure.tsx';
import { PageHead } from '#src/ui/parts/page/page-head.tsx';
import { SkeletonTable } from '#src/ui/parts/page/skeleton.tsx';
import { TopBar } from '#src/ui/shell/bar/top-bar.tsx';
import { PageBody } from '#src/ui/shell/page-body.tsx';
import { EndpointsTable } from './endpoints-table.tsx';
import { endpointOrders, orderEndpoints } from './list-order.ts';

const refreshMs = 5_000;

/** Page that lists the project's endpoints. */
export function EndpointsPage() {
  const trpc = useTRPC();
  const mayWrite = useMayWrite();
  const [making, setMaking] = useState(false);
  const queryKey = trpc.endpoints.list.queryKey();
  const refetchInterval = useLiveRefresh(['endpoints'], [{ queryKey }], refreshMs);
  const query = useQuery(trpc.endpoints.list.queryOptions(undefined, { refetchInterval }));
  const make = mayWrite && (
    <Button kind="primary" icon={Plus} onClick={() => setMaking(true)}>
      New endpoint
    </Button>
  );
  const endpoints = query.data?.endpoints;
  return (
    <>
      <TopBar>
        <span>Endpoints</span>
      </TopBar>
      <PageBody>
        {/* An empty list has the button itself. */}
        <PageHead title="Endpoints">{endpoints?.length !== 0 && make}</PageHead>
        {endpoints !== undefined && endpoints.length > 0 ? (
          <Listed endpoints={endpoints} />
        ) : (
          <Card label="Endpoints" busy={query.isPending}>
            {endpoints !== undefined ? (
              <EmptyState icon={Webhook} title="No endpoint yet" action={make}>
                Register a receiver once, with secrets of its own, and let jobs name it instead of a URL; or have it
                told of every job.
              </EmptyState>
            ) : query.error ? (
              <Failure
                error={query.error}
                what="The endpoints could not be loaded"
                onRetry={() => void query.refetch()}
              />
            ) : (
              <SkeletonTable rows={4} />
            )}
          </Card>
        )}
      </PageBody>
      {making && <EndpointDialog onClose={() => setMaking(false)} />}
    </>
  );
}

/** Searches and sorts the endpoints, and lists them. */
function Listed({ endpoints }: { endpoints: readonly Endpoint[] }) {
  const trpc = useTRPC();
  const search = useSearchParams();
  const text = search.get('q') ?? '';
  const order = endpointOrders.find(({ value }) => value === search.get('sort'))?.value ?? 'trouble';
  const glances =
    useQuery(trpc.stats.endpoints.queryOptions(undefined, { refetchInterval: refreshMs })).data?.endpoints ?? [];
  const byId = new Map(glances.map((glance) => [glance.id, glance]));
  const all = endpoints.map((endpoint) => ({ endpoint, glance: byId.get(endpoint.id) }));
  const rows = orderEndpoints(all, { order, text, nowMs: useNow(10_000) });
  const urlOf = (change: { q?: string; sort?: string }) => {
    const wanted = { q: text, sort: order === 'trouble' ? '' : order, ...change };
    const next = new URLSearchParams(Object.entries(wanted).filter(([, value]) => value !== ''));
    return next.size > 0 ? `/endpoints?${next}` : '/endpoints';
  };
  return (
    <>
      <search className="flex flex-wrap items-center gap-2">
        <SearchField label="Search endpoints" placeholder="Name or URL" value={text} urlOf={(q) => urlOf({ q })} />
        <Select
          label="Order"
          size="small"
          value={order}
          onChange={(sort) => goTo(urlOf({ sort: sort === 'trouble' ? '' : sort }))}
          options={endpointOrders}
        />
      </search>
      <Card label="Endpoints">
        {rows.length > 0 ? (
          <EndpointsTable rows={rows} />
        ) : (
          <EmptyState icon={SearchX} title="No endpoint matches">
            Neither its name nor its URL contains “{text}”.
          </EmptyState>
        )}
      </Card>
    </>
  );
}
