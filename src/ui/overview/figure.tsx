import Link from 'next/link';
import type { ReactNode } from 'react';
import { Sparkline } from '#src/ui/charts/sparkline.tsx';
import { Skeleton } from '#src/ui/parts/page/skeleton.tsx';

const strip =
  'card grid grid-cols-5 overflow-hidden max-[1281px]:grid-cols-3 max-sm:grid-cols-2 [&>*]:border-border max-[1281px]:[&>*:nth-child(n+4)]:border-t max-sm:[&>*:nth-child(3)]:border-t max-sm:[&>*:last-child]:col-span-2';

/** Five figures beside each other, under the name of what they are about. */
export function FigureStrip({ label, children }: { label: string; children: ReactNode }) {
  return (
    <section aria-label={label}>
      <h2 className="mb-1.5 text-13 font-semibold">{label}</h2>
      <div className={strip}>{children}</div>
    </section>
  );
}

export function FigureStripSkeleton() {
  return (
    <div aria-hidden>
      <div className="mb-1.5 h-5" />
      <div className={strip}>
        {['a', 'b', 'c', 'd', 'e'].map((key) => (
          <div key={key} className="grid h-[128px] content-start gap-3 border-l px-4 py-3 first:border-l-0">
            <Skeleton className="w-20" />
            <Skeleton className="w-28" />
            <Skeleton className="w-24" />
          </div>
        ))}
      </div>
    </div>
  );
}

export type FigureProps = {
  href: string;
  name: string;
  value: string;
  unit?: string;
  note: ReactNode;
  colour: string;
  course: readonly (number | null)[];
};

/** A figure with its unit, a note and its course. It leads to the list of what it counts. */
export function Figure({ href, name, value, unit, note, colour, course }: FigureProps) {
  return (
    <Link
      href={href}
      prefetch={false}
      className="grid min-w-0 border-l px-4 pt-3 first:border-l-0 hover:bg-hover max-[1281px]:[&:nth-child(4)]:border-l-0 max-sm:[&:nth-child(odd)]:border-l-0 max-sm:[&:nth-child(4)]:border-l"
    >
      <span className="text-12 leading-4 whitespace-nowrap text-fg-subtle">{name}</span>
      <span className="mt-1 text-28 font-semibold tracking-[-0.025em] whitespace-nowrap max-sm:text-20">
        {value}
        {unit && <small className="ml-0.5 text-14 font-medium tracking-normal text-fg-muted">{unit}</small>}
      </span>
      <span className="truncate text-12 leading-4 text-fg-muted">{note}</span>
      <span className="-mx-4 mt-1.5 block">
        <Sparkline values={course} colour={colour} />
      </span>
    </Link>
  );
}
