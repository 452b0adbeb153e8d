/** Skeleton as high as the content that replaces it: head, facts, attempts. */
export function JobSkeleton() {
  return (
    <div className="grid gap-4">
      <h1 className="sr-only">Loading the job</h1>
      <div className="grid h-[62px] content-center gap-4">
        <span className="skeleton w-1/2" />
        <span className="skeleton w-1/3" />
      </div>
      <div className="card h-[66px]" />
      <div className="card grid h-[180px] content-start gap-6 p-4">
        <span className="skeleton w-24" />
        <span className="skeleton w-2/3" />
        <span className="skeleton w-1/2" />
        <span className="skeleton w-3/4" />
      </div>
    </div>
  );
}
