import type { CappedCount } from '#src/contract/stats/stats.ts';

/** `57`, `1,204`, `10k+`: a count where there is little room. */
export function shortCountText({ count, capped }: CappedCount): string {
  if (!capped) return count.toLocaleString('en-US');
  return count >= 1_000 ? `${Math.floor(count / 100) / 10}k+` : `${count}+`;
}
