import clsx from 'clsx';

/** A grey bar where words will be; it shows after 150 ms. `className` gives it a width. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden className={clsx('skeleton', className)} />;
}

/** Rows of a table that is on its way, as high as it will be. */
export function SkeletonTable({ rows, head = true }: { rows: number; head?: boolean }) {
  return (
    <div aria-hidden>
      {head && <div className="h-[34px] border-b max-sm:hidden" />}
      {Array.from({ length: rows }, (_, row) => (
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: rows of nothing have no other name than their place.
          key={row}
          className="grid h-[38px] grid-cols-[84px_1fr_60px_48px] items-center gap-4 border-b px-4 last:border-0 max-sm:h-[70px]"
        >
          <span className="skeleton" />
          <span className="skeleton" style={{ width: `${40 + ((row * 7) % 30)}%` }} />
          <span className="skeleton" />
          <span className="skeleton" />
        </div>
      ))}
    </div>
  );
}
