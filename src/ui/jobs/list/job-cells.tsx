'use client';

import { PanelRight } from 'lucide-react';
import Link from 'next/link';
import type { JobSummary } from '#src/contract/job/job.ts';
import { usePeek } from '#src/ui/jobs/peek/use-peek.ts';
import { Tag } from '#src/ui/parts/text/tag.tsx';
import { urlParts } from '#src/ui/words/url-parts.ts';

/** Method and URL, the row's link; the path is cut before the host. */
export function RequestLink({ job }: { job: JobSummary }) {
  const { host, rest } = urlParts(job.url);
  const peek = usePeek();
  return (
    // One place for both: the button lies over the URL's end. Neither may be positioned, or the link would cover only its cell.
    <span className="grid min-w-0 grid-cols-[minmax(0,1fr)] items-center">
      <Link
        href={`/jobs/${job.id}`}
        prefetch={false}
        data-job={job.id}
        aria-current={peek.id === job.id || undefined}
        title={`${job.method} ${job.url}`}
        className="row-link col-start-1 row-start-1 flex min-w-0 items-center gap-2"
        onClick={(event) => {
          // While one job is looked at beside the list, a click looks at another; Enter, a click of no pointer, opens.
          if (peek.id === null || event.detail === 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
          event.preventDefault();
          peek.show(job.id);
        }}
      >
        <span className="w-[34px] flex-none font-mono text-11 leading-none font-semibold text-fg-muted max-sm:w-auto">
          {job.method}
        </span>
        <span className="truncate">
          <span className="font-medium">{host}</span>
          <span className="text-fg-muted">{rest}</span>
        </span>
      </Link>
      <button
        type="button"
        // The key p does the same: twenty more stops would be in the way of whoever goes by Tab.
        tabIndex={-1}
        aria-label="Peek"
        title="Peek (p)"
        onClick={() => peek.show(peek.id === job.id ? null : job.id)}
        className="row-peek z-1 col-start-1 row-start-1 grid size-6 justify-self-end place-items-center rounded-tag border bg-surface text-fg-subtle hover:border-control-line hover:text-fg max-sm:hidden"
      >
        <PanelRight size={14} aria-hidden />
      </button>
    </span>
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
