import type { CappedCount } from '#src/contract/stats/stats.ts';
import { tookText } from '#src/ui/words/time-text.ts';

/** A number and its unit, for drawing them in two sizes. */
export type Figure = { value: string; unit: string };

export function countText(count: number): string {
  return count.toLocaleString('en-US');
}

/** `10,000+` where counting stopped. */
export function cappedText({ count, capped }: CappedCount): string {
  return `${countText(count)}${capped ? '+' : ''}`;
}

/** `98.9 %`; never 100 when something failed. */
export function percentText(share: number): string {
  const percent = share * 100;
  if (percent === 0 || percent === 100) return percent.toFixed(0);
  return (percent > 99.9 ? Math.floor(percent * 100) / 100 : Math.floor(percent * 10) / 10).toString();
}

export function durationFigure(ms: number): Figure {
  const [value = '', ...unit] = tookText(ms).split(' ');
  return { value, unit: unit.join(' ') };
}

/** How a count compares with one before: null where there is nothing to compare with. */
export function changeText(now: number, before: number): { text: string; up: boolean } | null {
  if (before === 0 || now === before) return null;
  const percent = ((now - before) / before) * 100;
  const size = Math.abs(percent);
  const text = size >= 1_000 ? '10× or more' : `${size < 10 ? size.toFixed(1) : Math.round(size)} %`;
  return { text: `${percent > 0 ? '↑' : '↓'} ${text}`, up: percent > 0 };
}
