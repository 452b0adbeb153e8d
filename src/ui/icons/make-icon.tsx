import type { ComponentProps, ComponentType } from 'react';

type Props = ComponentProps<'svg'> & { size?: number };

/** An icon. It is hidden from screen readers unless it has a label. */
export type Icon = ComponentType<Props>;

/** Makes an icon of lines on a field of 24 by 24, from the `d` of its paths. */
export function makeIcon(...paths: readonly string[]): Icon {
  return function DrawnIcon({ size = 24, ...rest }) {
    return (
      // biome-ignore lint/a11y/noSvgWithoutTitle: it is hidden, or has a label.
      <svg
        xmlns="http://www.w3.org/2000/svg"
        width={size}
        height={size}
        viewBox="0 0 24 24"
        fill="none"
        stroke="currentColor"
        strokeWidth={2}
        strokeLinecap="round"
        strokeLinejoin="round"
        aria-hidden={rest['aria-label'] ? undefined : true}
        {...rest}
      >
        {paths.map((d) => (
          <path key={d} d={d} />
        ))}
      </svg>
    );
  };
}

/** Returns the path of a circle, which is two arcs. */
export function circle(cx: number, cy: number, r: number): string {
  return `M${cx - r} ${cy}a${r} ${r} 0 1 1 ${2 * r} 0a${r} ${r} 0 1 1 ${-2 * r} 0z`;
}

/** Returns the path of a rectangle with round corners. */
export function box(x: number, y: number, width: number, height: number, r: number): string {
  const across = width - 2 * r;
  const down = height - 2 * r;
  const corner = (dx: number, dy: number) => `a${r} ${r} 0 0 1 ${dx} ${dy}`;
  const right = `M${x + r} ${y}h${across}${corner(r, r)}v${down}${corner(-r, r)}`;
  return `${right}h${-across}${corner(-r, -r)}v${-down}${corner(r, -r)}z`;
}
