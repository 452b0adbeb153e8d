/** An item of a list that is shown: `left` when it no longer matches the filter, so that what is known of it may be old. */
export type Kept<Item> = { item: Item; left: boolean };

/**
 * What to show of a page that was loaded once and is asked for again and again. Its rows stay where they are: they change in
 * place, and what would come between them is only counted. Lists are in the order of ids, not of times: what was made at once by
 * several clocks has its times in any order.
 */
export function mergePage<Item extends { id: string }>(
  loaded: readonly Item[],
  fresh: readonly Item[] | undefined,
): { kept: Kept<Item>[]; cameBetween: number; leftCount: number } {
  const shown = new Set(loaded.map(({ id }) => id));
  const current = new Map((fresh ?? []).map((item) => [item.id, item]));
  const kept = loaded.map((item) => ({
    item: current.get(item.id) ?? item,
    left: fresh !== undefined && !current.has(item.id),
  }));
  const oldest = loaded.at(-1);
  // What follows the page's last row belongs to the next page, and came up only because others left.
  const between = (fresh ?? []).filter(({ id }) => !shown.has(id) && oldest !== undefined && id > oldest.id);
  return { kept, cameBetween: between.length, leftCount: kept.filter(({ left }) => left).length };
}
