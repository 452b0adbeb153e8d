'use client';

import Link from 'next/link';
import type { JobSummary } from '#src/contract/job/job.ts';
import { PanelRight } from '#src/ui/icons/icons.ts';
import { usePeek } from '#src/ui/jobs/peek/use-peek.ts';
import { Tag } from '#src/ui/parts/text/tag.tsx';
import { labelLine } from '#src/ui/words/label-list.ts';
import { urlParts } from '#src/ui/words/url-parts.ts';

/** Shows the method and the URL as the row's link. The path is cut before the host. */
export function RequestLink({ job }: { job: JobSummary }) {
  const { host, rest } = urlParts(job.url);
  const peek = usePeek();
  return (
    // The link and the button share one place: the button lies over the end of the URL. Neither may be positioned, or
    // the link would cover only its cell.
    <span className="grid min-w-0 grid-cols-[minmax(0,1fr)] items-center">
      <Link
        href={`/jobs/${job.id}`}
        prefetch={false}
        data-job={job.id}
        aria-current={peek.id === job.id || undefined}
        title={`${job.method} ${job.url}`}
        className="row-link col-start-1 row-start-1 flex min-w-0 items-center gap-2"
        onClick={(event) => {
          // A click shows another job in the peek panel while the panel is open. Enter is a click without a pointer and
          // opens the page.
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
        // The key p does the same. Twenty more tab stops would slow down users of the Tab key.
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
