import type { DeliverySummary } from '#src/contract/event/delivery.ts';
import { mergePage } from '#src/ui/data/live/merge-page.ts';

/** A row of the list. `left` is true if its delivery no longer matches the filter; its data may then be old. */
export type DeliveryRow = { delivery: DeliverySummary; left: boolean };

/** Returns the rows of a page of deliveries that stays as it was loaded. */
export function mergeDeliveries(
  loaded: readonly DeliverySummary[],
  fresh: readonly DeliverySummary[] | undefined,
): { rows: DeliveryRow[]; cameBetween: number; leftCount: number } {
  const { kept, ...counts } = mergePage(loaded, fresh);
  return { rows: kept.map(({ item, left }) => ({ delivery: item, left })), ...counts };
}

/**
 * Returns how many deliveries of the newest page are newer than the page that was loaded. `capped` means that there may
 * be more.
 */
export function countNewer(
  loaded: readonly DeliverySummary[],
  newestPage: readonly DeliverySummary[] | undefined,
): { count: number; capped: boolean } {
  const newest = loaded[0];
  if (!newest || !newestPage) return { count: 0, capped: false };
  const count = newestPage.filter(({ id }) => id > newest.id).length;
  return { count, capped: count > 0 && count === newestPage.length };
}
