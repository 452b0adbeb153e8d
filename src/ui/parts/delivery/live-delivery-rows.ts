import type { DeliverySummary } from '#src/contract/event/delivery.ts';
import { mergePage } from '#src/ui/data/live/merge-page.ts';

/** A row as it is shown: `left` when its delivery no longer matches the filter, so that what it says may be old. */
export type DeliveryRow = { delivery: DeliverySummary; left: boolean };

/** What to show of a page of deliveries that stays as it was loaded. */
export function mergeDeliveries(
  loaded: readonly DeliverySummary[],
  fresh: readonly DeliverySummary[] | undefined,
): { rows: DeliveryRow[]; cameBetween: number; leftCount: number } {
  const { kept, ...counts } = mergePage(loaded, fresh);
  return { rows: kept.map(({ item, left }) => ({ delivery: item, left })), ...counts };
}

/** How many came after a page that was the newest when it was loaded, of what is the newest page now. */
export function countNewer(
  loaded: readonly DeliverySummary[],
  newestPage: readonly DeliverySummary[] | undefined,
): { count: number; capped: boolean } {
  const newest = loaded[0];
  if (!newest || !newestPage) return { count: 0, capped: false };
  const count = newestPage.filter(({ id }) => id > newest.id).length;
  return { count, capped: count > 0 && count === newestPage.length };
}
