import type { CappedCount } from '#src/contract/stats/stats.ts';
import { tookText } from '#src/ui/words/time-text.ts';

/** A number and its unit, which are drawn in two sizes. */
export type Figure = { value: string; unit: string };

export function countText(count: number): string {
  return count.toLocaleString('en-US');
}

/** Returns the count, with a `+` if counting stopped at a limit: `10,000+`. */
export function cappedText({ count, capped }: CappedCount): string {
  return `${countText(count)}${capped ? '+' : ''}`;
}

/** Returns a percentage such as `98.9`. It rounds down, so that it is 100 only if nothing failed. */
export function percentText(share: number): string {
  const percent = share * 100;
  if (percent === 0 || percent === 100) return percent.toFixed(0);
  return (percent > 99.9 ? Math.floor(percent * 100) / 100 : Math.floor(percent * 10) / 10).toString();
}

export function durationFigure(ms: number): Figure {
  const [value = '', ...unit] = tookText(ms).split(' ');
  return { value, unit: unit.join(' ') };
}

/** Returns the change from an earlier count to this one; null if the earlier count is 0 or both are equal. */
export function changeText(now: number, before: number): { text: string; up: boolean } | null {
  if (before === 0 || now === before) return null;
  const percent = ((now - before) / before) * 100;
  const size = Math.abs(percent);
  const text = size >= 1_000 ? '10× or more' : `${size < 10 ? size.toFixed(1) : Math.round(size)} %`;
  return { text: `${percent > 0 ? '↑' : '↓'} ${text}`, up: percent > 0 };
}
