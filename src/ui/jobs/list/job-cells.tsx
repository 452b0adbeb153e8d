'use client';

import type { JobSummary } from '#src/contract/job/job.ts';
import { PeekLink } from '#src/ui/parts/table/peek-link.tsx';
import { Tag } from '#src/ui/parts/text/tag.tsx';
import { labelLine } from '#src/ui/words/label-list.ts';
import { urlParts } from '#src/ui/words/url-parts.ts';

/** Shows the method and the URL as the row's link. The path is cut before the host. */
export function RequestLink({ job }: { job: JobSummary }) {
  const { host, rest } = urlParts(job.url);
  return (
    <PeekLink
      id={job.id}
      href={`/jobs/${job.id}`}
      title={`${job.method} ${job.url}`}
      className="flex items-center gap-2"
    >
      <span className="w-[34px] flex-none font-mono text-11 leading-none font-semibold text-fg-muted max-sm:w-auto">
        {job.method}
      </span>
      <span className="truncate">
        <span className="font-medium">{host}</span>
        <span className="text-fg-muted">{rest}</span>
      </span>
    </PeekLink>
  );
}

const labelsShown = 2;

export function Labels({ labels }: { labels: string[] }) {
  const more = labels.length - labelsShown;
  return (
    <span className="flex gap-1" title={more > 0 ? labelLine(labels) : undefined}>
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
