import Link from 'next/link';
import type { JobSummary } from '#src/contract/job.ts';
import { Tag } from '#src/ui/parts/tag.tsx';
import { urlParts } from '#src/ui/words/url-parts.ts';

/** Method and URL, the row's link; the path is cut before the host. */
export function RequestLink({ job }: { job: JobSummary }) {
  const { host, rest } = urlParts(job.url);
  return (
    <Link
      href={`/jobs/${job.id}`}
      prefetch={false}
      data-job={job.id}
      title={`${job.method} ${job.url}`}
      className="row-link flex min-w-0 items-center gap-2"
    >
      <span className="w-[34px] flex-none font-mono text-11 leading-none font-semibold text-fg-muted max-sm:w-auto">
        {job.method}
      </span>
      <span className="truncate">
        <span className="font-medium">{host}</span>
        <span className="text-fg-muted">{rest}</span>
      </span>
    </Link>
  );
}

const labelsShown = 2;

export function Labels({ labels }: { labels: string[] }) {
  const more = labels.length - labelsShown;
  return (
    <span className="flex gap-1" title={more > 0 ? labels.join(', ') : undefined}>
      {labels.slice(0, labelsShown).map((label) => (
        <Tag key={label}>{label}</Tag>
      ))}
      {more > 0 && (
        <span className="flex-none">
          <Tag>+{more}</Tag>
        </span>
      )}
    </span>
  );
}
