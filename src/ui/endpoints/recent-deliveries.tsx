'use client';

import { useQuery } from '@tanstack/react-query';
import { Send } from 'lucide-react';
import Link from 'next/link';
import type { Endpoint } from '#src/contract/endpoint.ts';
import { useTRPC } from '#src/ui/data/trpc.ts';
import { DeliveriesTable } from '#src/ui/deliveries/deliveries-table.tsx';
import { Card, CardHead } from '#src/ui/parts/card.tsx';
import { EmptyState } from '#src/ui/parts/empty-state.tsx';
import { Failure } from '#src/ui/parts/failure.tsx';
import { SkeletonTable } from '#src/ui/parts/skeleton.tsx';

const shown = 15;
const refreshMs = 3_000;

/** The newest deliveries of an endpoint; all of them are in the list, filtered. */
export function RecentDeliveries({ endpoint }: { endpoint: Endpoint }) {
  const trpc = useTRPC();
  const query = useQuery(
    trpc.deliveries.list.queryOptions({ endpointId: endpoint.id, limit: shown }, { refetchInterval: refreshMs }),
  );
  const rows = query.data?.deliveries;
  return (
    <Card label="Recent deliveries" busy={query.isPending}>
      <CardHead title="Recent deliveries">
        <Link href={`/deliveries?endpoint=${endpoint.id}`} className="link pr-2 text-12">
          All deliveries
        </Link>
      </CardHead>
      {rows === undefined ? (
        query.error ? (
          <Failure error={query.error} what="The deliveries could not be loaded" onRetry={() => void query.refetch()} />
        ) : (
          <SkeletonTable rows={6} />
        )
      ) : rows.length === 0 ? (
        <EmptyState icon={Send} title="Nothing was sent yet">
          Send a test event, or let a job name <code>{endpoint.name}</code> as its callback’s endpoint.
        </EmptyState>
      ) : (
        <DeliveriesTable deliveries={rows} without="endpoint" />
      )}
    </Card>
  );
}
