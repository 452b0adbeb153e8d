import clsx from 'clsx';
import type { ReactNode } from 'react';

/** Shows the most important facts in one strip: five across, two on phones. */
export function Facts({ children }: { children: ReactNode }) {
  return <dl className="card flex max-lg:flex-wrap max-sm:grid max-sm:grid-cols-2">{children}</dl>;
}

type Props = {
  name: string;
  /** Twice as wide, and a whole line if the strip wraps. */
  wide?: boolean;
  children: ReactNode;
};

export function Fact({ name, wide = false, children }: Props) {
  return (
    <div
      className={clsx(
        'min-w-0 border-l px-4 py-3 first:border-l-0 max-sm:px-3.5 max-sm:py-2.5',
        wide
          ? 'flex-[2_1_0] max-lg:flex-[1_1_100%] max-lg:border-t max-lg:border-l-0 max-sm:col-span-full'
          : 'flex-[1_1_0] max-sm:border-t max-sm:last:odd:col-span-full max-sm:nth-[-n+2]:border-t-0 max-sm:odd:border-l-0',
      )}
    >
      <dt className="text-12 leading-4 whitespace-nowrap text-fg-subtle">{name}</dt>
      <dd className="mt-1 text-14 font-medium whitespace-nowrap">{children}</dd>
    </div>
  );
}

/** Small text beside a fact's value: a unit, "of 6". */
export function FactNote({ children }: { children: ReactNode }) {
  return <small className="text-12 font-normal text-fg-subtle">{children}</small>;
}
