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
