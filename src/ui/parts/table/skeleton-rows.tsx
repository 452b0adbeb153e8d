/** Skeleton as high as a full page, so that the pager stays where it is. The widths differ, as the lengths of URLs do. */
export function SkeletonRows({ rows }: { rows: number }) {
  const widths = Array.from({ length: rows }, (_, index) => 40 + ((index * 7) % 30));
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
