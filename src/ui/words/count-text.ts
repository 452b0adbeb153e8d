import type { CappedCount } from '#src/contract/stats/stats.ts';

/** Returns a count for a place with little room: `57`, `1,204`, `10k+`. */
export function shortCountText({ count, capped }: CappedCount): string {
  if (!capped) return count.toLocaleString('en-US');
  return count >= 1_000 ? `${Math.floor(count / 100) / 10}k+` : `${count}+`;
}
