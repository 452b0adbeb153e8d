/** An item of a list that is shown: `left` when it no longer matches the filter, so that what is known of it may be old. */
export type Kept<Item> = { item: Item; left: boolean };

/**
 * What to show of a page that was loaded once and is asked for again and again. Its rows stay where they are: they change in
 * place, and what would come between them is only counted.
 */
export function mergePage<Item extends { id: string; createdAt: string }>(
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
  const between = (fresh ?? []).filter(
    ({ id, createdAt }) => !shown.has(id) && oldest !== undefined && createdAt > oldest.createdAt,
  );
  return { kept, cameBetween: between.length, leftCount: kept.filter(({ left }) => left).length };
}
