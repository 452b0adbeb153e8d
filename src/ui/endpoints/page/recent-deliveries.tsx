'use client';

import Link from 'next/link';
import type { Endpoint } from '#src/contract/endpoint/endpoint.ts';
import { Send } from '#src/ui/icons/icons.ts';
import { DeliveriesTable } from '#src/ui/parts/delivery/deliveries-table.tsx';
import { useLiveDeliveries } from '#src/ui/parts/delivery/use-live-deliveries.ts';
import { Card, CardHead } from '#src/ui/parts/page/card.tsx';
import { EmptyState } from '#src/ui/parts/page/empty-state.tsx';
import { Failure } from '#src/ui/parts/page/failure.tsx';
import { SkeletonTable } from '#src/ui/parts/page/skeleton.tsx';
import { NewRows } from '#src/ui/parts/table/new-rows.tsx';

const shown = 15;

/** Lists the newest deliveries of an endpoint. A link opens the list of all its deliveries. */
export function RecentDeliveries({ endpoint }: { endpoint: Endpoint }) {
  const list = useLiveDeliveries({ endpointId: endpoint.id, limit: shown });
  return (
    <Card label="Recent deliveries" busy={list.isPending || list.isReloading}>
      <CardHead title="Recent deliveries">
        <NewRows list={list} words={['delivery', 'deliveries']} quiet />
        <Link href={`/deliveries?endpoint=${endpoint.id}`} className="link pr-2 text-12">
          All deliveries
        </Link>
      </CardHead>
      {list.error ? (
        <Failure error={list.error} what="The deliveries could not be loaded" onRetry={list.reload} />
      ) : list.isPending ? (
        <SkeletonTable rows={6} />
      ) : list.rows.length === 0 ? (
        <EmptyState icon={Send} title="Nothing was sent yet">
          Send a test event, or let a job name <code>{endpoint.name}</code> as its callback’s endpoint.
        </EmptyState>
      ) : (
        <DeliveriesTable rows={list.rows} without="endpoint" />
      )}
    </Card>
  );
}
