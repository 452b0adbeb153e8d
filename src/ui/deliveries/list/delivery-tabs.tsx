'use client';

import { useQuery } from '@tanstack/react-query';
import type { DeliveryCounts, DeliveryFilterInput } from '#src/contract/event/delivery-filter.ts';
import type { DeliveryStateWord } from '#src/contract/search/delivery-grammar.ts';
import { deliveryStates } from '#src/domain/decide/job-state.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { TabLinks } from '#src/ui/parts/page/tabs.tsx';
import { StateTab } from '#src/ui/parts/table/state-tab.tsx';
import { type DeliveryFilters, deliveriesUrl } from './delivery-filters.ts';

const tabs: (DeliveryStateWord | null)[] = [null, 'open', ...deliveryStates];
/** Returns the tabs. That of what waits is there while it is chosen: figures of other pages lead to it. */
function shownTabs(current: DeliveryStateWord | null): (DeliveryStateWord | null)[] {
  return current === 'waiting' ? [null, 'open', 'waiting', ...deliveryStates] : tabs;
}

const refreshMs = 5_000;

/** Loads the counts of the deliveries that a filter finds, whatever state it asks for. */
export function useDeliveryCounts({ state: _, ...others }: DeliveryFilterInput, held: boolean) {
  const trpc = useTRPC();
  return useQuery(
    trpc.deliveries.counts.queryOptions(others, {
      refetchInterval: held ? false : refreshMs,
      placeholderData: (before) => before,
    }),
  ).data;
}

type Props = { filters: DeliveryFilters; filter: DeliveryFilterInput; held: boolean };

/** Shows the states as tabs, and those of deliveries that have not ended as one, each with its number. */
export function DeliveryTabs({ filters, filter, held }: Props) {
  const counts = useDeliveryCounts(filter, held);
  return (
    <TabLinks label="States" current={filters.state ?? 'all'}>
      {shownTabs(filters.state).map((tab) => (
        <StateTab
          key={tab}
          state={tab === 'open' || tab === 'waiting' ? null : tab}
          {...(tab === 'open' && { word: 'Open' })}
          {...(tab === 'waiting' && { word: 'Waiting' })}
          href={deliveriesUrl(filters, { state: tab })}
          current={filters.state === tab}
          counted={tab !== null}
          count={countOf(tab, counts)}
        />
      ))}
    </TabLinks>
  );
}

/** Returns the number of deliveries in a tab; undefined until it is known. */
export function countOf(tab: DeliveryStateWord | null, counts: DeliveryCounts | undefined) {
  if (tab === null) return counts?.all;
  if (tab === 'open') return counts?.open;
  if (tab !== 'waiting') return counts?.counts[tab];
  const { pending, retrying } = counts?.counts ?? {};
  return pending && retrying && { count: pending.count + retrying.count, capped: pending.capped || retrying.capped };
}
