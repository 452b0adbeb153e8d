import type { DeliverySummary } from '#src/contract/delivery.ts';

/** A row as it is shown: `left` when its delivery no longer matches the filter, so that what it says may be old. */
export type DeliveryRow = { delivery: DeliverySummary; left: boolean };

/**
 * What to show of a page that was loaded once and is asked for again and again. Its rows stay where they are and change in
 * place; what would come between them is only counted.
 */
export function mergeDeliveries(
  loaded: readonly DeliverySummary[],
  fresh: readonly DeliverySummary[] | undefined,
): { rows: DeliveryRow[]; cameBetween: number; leftCount: number } {
  const shown = new Set(loaded.map(({ id }) => id));
  const current = new Map((fresh ?? []).map((delivery) => [delivery.id, delivery]));
  const rows = loaded.map((delivery) => ({
    delivery: current.get(delivery.id) ?? delivery,
    left: fresh !== undefined && !current.has(delivery.id),
  }));
  const oldest = loaded.at(-1);
  // What follows the page's last row belongs to the next page, and came up only because others left.
  const between = (fresh ?? []).filter(
    ({ id, createdAt }) => !shown.has(id) && oldest !== undefined && createdAt > oldest.createdAt,
  );
  return { rows, cameBetween: between.length, leftCount: rows.filter(({ left }) => left).length };
}

/** How many came after a page that was the newest when it was loaded, of what is the newest page now. */
export function countNewer(
  loaded: readonly DeliverySummary[],
  newestPage: readonly DeliverySummary[] | undefined,
): { count: number; capped: boolean } {
  const newest = loaded[0];
  if (!newest || !newestPage) return { count: 0, capped: false };
  const count = newestPage.filter(({ createdAt }) => createdAt > newest.createdAt).length;
  return { count, capped: count > 0 && count === newestPage.length };
}
