'use client';

import { ArrowUp } from 'lucide-react';
import { goTo } from './filter-link.tsx';
import { type Filters, filtersUrl } from './filters.ts';
import { newJobsShown, type useLiveJobs } from './use-live-jobs.ts';

type Props = { filters: Filters; list: ReturnType<typeof useLiveJobs> };

/** Nothing moves by itself: what is new waits here until it is asked for. */
export function NewJobsPill({ filters, list }: Props) {
  const { newCount, leftCount } = list;
  const show = () => (filters.cursor === null ? list.reload() : goTo(filtersUrl(filters)));
  return (
    <span role="status" className="flex min-h-7 items-center">
      {newCount + leftCount > 0 && (
        <button
          type="button"
          onClick={show}
          className="inline-flex h-7 items-center gap-1.5 rounded-full border border-accent-line bg-raised pr-3 pl-2.5 font-medium whitespace-nowrap text-accent-text shadow-1 hover:bg-accent-soft max-sm:h-10"
        >
          <ArrowUp size={14} aria-hidden />
          {newCount > 0 ? newText(newCount) : `Refresh, ${leftCount} moved on`}
        </button>
      )}
    </span>
  );
}

function newText(count: number): string {
  const shown = count >= newJobsShown ? `${newJobsShown}+` : String(count);
  return `${shown} new ${count === 1 ? 'job' : 'jobs'}`;
}
