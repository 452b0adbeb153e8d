'use client';

import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Endpoint } from '#src/contract/endpoint/endpoint.ts';
import { useLiveRefresh } from '#src/ui/data/live/use-live.ts';
import { useMayWrite } from '#src/ui/data/project/use-me.ts';
import { useNow } from '#src/ui/data/server-clock.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { EndpointDialog } from '#src/ui/endpoints/form/endpoint-dialog.tsx';
import { eventsText } from '#src/ui/endpoints/form/event-words.ts';
import { Plus, Webhook } from '#src/ui/icons/icons.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import { Card } from '#src/ui/parts/page/card.tsx';
import { EmptyState } from '#src/ui/parts/page/empty-state.tsx';
import { Failure } from '#src/ui/parts/page/failure.tsx';
import { PageHead } from '#src/ui/parts/page/page-head.tsx';
import { SkeletonTable } from '#src/ui/parts/page/skeleton.tsx';
import { DataTable, RowLink, Td, Th, Tr } from '#src/ui/parts/table/data-table.tsx';
import { Ago } from '#src/ui/parts/text/ago.tsx';
import { Tag } from '#src/ui/parts/text/tag.tsx';
import { TopBar } from '#src/ui/shell/bar/top-bar.tsx';
import { PageBody } from '#src/ui/shell/page-body.tsx';
import { EndpointMark, healthOf } from './endpoint-mark.tsx';

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
        <PageHead title="Endpoints">{make}</PageHead>
        <Card label="Endpoints" busy={query.isPending}>
          {endpoints === undefined ? (
            query.error ? (
              <Failure
                error={query.error}
                what="The endpoints could not be loaded"
                onRetry={() => void query.refetch()}
              />
            ) : (
              <SkeletonTable rows={4} />
            )
          ) : endpoints.length === 0 ? (
            <EmptyState icon={Webhook} title="No endpoint yet" action={make}>
              Register a receiver once, with secrets of its own, and let jobs name it instead of a URL; or have it told
              of every job.
            </EmptyState>
          ) : (
            <EndpointsTable endpoints={endpoints} />
          )}
        </Card>
      </PageBody>
      {making && <EndpointDialog onClose={() => setMaking(false)} />}
    </>
  );
}

function EndpointsTable({ endpoints }: { endpoints: readonly Endpoint[] }) {
  const now = useNow(1_000);
  return (
    <DataTable
      label="Endpoints"
      head={
        <>
          <Th className="w-[22%]">Endpoint</Th>
          <Th className="w-[120px]">State</Th>
          <Th>URL</Th>
          <Th className="w-[210px] max-lg:hidden">Events</Th>
          <Th number className="w-[120px]">
            Last success
          </Th>
          <Th number className="w-[120px]">
            Last failure
          </Th>
        </>
      }
    >
      {endpoints.map((endpoint) => (
        <Tr key={endpoint.id}>
          <Td phone="main">
            <RowLink href={`/endpoints/${endpoint.id}`} className="block truncate font-medium">
              {endpoint.name}
            </RowLink>
          </Td>
          <Td phone="aside">
            <EndpointMark health={healthOf(endpoint, now)} />
          </Td>
          <Td phone="first" className="truncate font-mono text-12 text-fg-muted">
            {endpoint.url}
          </Td>
          <Td className="truncate max-lg:hidden">
            {endpoint.projectWide && <Tag>all jobs</Tag>} <span className="text-fg-muted">{eventsText(endpoint)}</span>
          </Td>
          <Td number phone="third">
            {endpoint.lastSuccessAt ? <Ago at={endpoint.lastSuccessAt} sentence /> : '–'}
          </Td>
          <Td number>{endpoint.lastFailureAt ? <Ago at={endpoint.lastFailureAt} sentence /> : '–'}</Td>
        </Tr>
      ))}
    </DataTable>
  );
}
