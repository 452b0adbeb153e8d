import { pageSize } from '#src/ui/jobs/filter/filters.ts';

/** Widths of the rows. They all differ, as the lengths of URLs do. */
const widths = Array.from({ length: pageSize }, (_, index) => 40 + ((index * 7) % 30));

/** Skeleton as high as a full page, so that the pager stays where it is. */
export function SkeletonRows() {
  return (
    <div aria-hidden>
      <div className="h-[34px] border-b max-sm:hidden" />
      {widths.map((width) => (
        <div
          key={width}
          className="grid h-[38px] grid-cols-[84px_1fr_60px_48px] items-center gap-4 border-b px-4 last:border-0 max-sm:h-[70px]"
        >
          <span className="skeleton" />
          <span className="skeleton" style={{ width: `${width}%` }} />
          <span className="skeleton" />
          <span className="skeleton" />
        </div>
      ))}
    </div>
  );
}
