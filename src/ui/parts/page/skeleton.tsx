import clsx from 'clsx';

/** A grey bar in place of words that are loading. It shows after 150 ms. `className` sets its width. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden className={clsx('skeleton', className)} />;
}

/** Rows of a table that is loading, as high as the table will be. */
export function SkeletonTable({ rows, head = true }: { rows: number; head?: boolean }) {
  return (
    <div aria-hidden>
      {head && <div className="h-[34px] border-b max-sm:hidden" />}
      {Array.from({ length: rows }, (_, row) => (
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: a placeholder row has no other key than its position.
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
