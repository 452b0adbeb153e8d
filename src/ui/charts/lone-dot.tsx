import type { DotItemDotProps } from 'recharts';

/** Draws a dot for a step without neighbours. Such a step makes no line and would not be visible. */
export function loneDot({ cx, cy, index = 0, stroke = 'currentColor', points }: DotItemDotProps) {
  const known = (at: number) => typeof points[at]?.value === 'number';
  if (!known(index) || known(index - 1) || known(index + 1) || cx === undefined || cy === undefined) {
    return <g key={index} />;
  }
  return <circle key={index} cx={cx} cy={cy} r={2} fill={stroke} />;
}
