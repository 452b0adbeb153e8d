/** An item of a list that is shown. `left` is true if it no longer matches the filter; its data may then be old. */
export type Kept<Item> = { item: Item; left: boolean };

/**
 * Merges the rows that a page has loaded with a fresh answer to the same request. The loaded rows stay where they are:
 * they change in place, and rows that would come between them are only counted. Lists are in the order of ids, not of
 * times. Rows that several clocks made at once have times in any order.
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
  // Rows after the page's last row belong to the next page. They moved up only because other rows left.
  const between = (fresh ?? []).filter(({ id }) => !shown.has(id) && oldest !== undefined && id > oldest.id);
  return { kept, cameBetween: between.length, leftCount: kept.filter(({ left }) => left).length };
}

/**
 * Returns how many items of the newest page are newer than the page that was loaded. `capped` means that there may be
 * more.
 */
export function countNewer(
  loaded: readonly { id: string }[],
  newestPage: readonly { id: string }[] | undefined,
): { count: number; capped: boolean } {
  const newest = loaded[0];
  if (!newest || !newestPage) return { count: 0, capped: false };
  const count = newestPage.filter(({ id }) => id > newest.id).length;
  return { count, capped: count > 0 && count === newestPage.length };
}
