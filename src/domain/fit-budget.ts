/**
 * Returns how many of the first items fit into a budget together, at most `most`. If there are any items, the number is
 * at least one: an item larger than the whole budget goes alone, because otherwise it would wait for ever.
 *
 * @param sizeOf returns an item's share of the budget, in the budget's unit
 */
export function fitBudget<Item>(
  items: readonly Item[],
  budget: number,
  sizeOf: (item: Item) => number,
  most: number = items.length,
): number {
  let left = budget;
  for (let count = 0; count < Math.min(items.length, most); count++) {
    left -= sizeOf(items[count] as Item);
    if (left < 0 && count > 0) return count;
  }
  return Math.min(items.length, Math.max(most, 1));
}
