'use client';

import { goTo } from '#src/ui/data/browser/address.ts';
import { ArrowUp } from '#src/ui/icons/icons.ts';
import { type Filters, filtersUrl } from '#src/ui/jobs/filter/filters.ts';
import type { useLiveJobs } from './use-live-jobs.ts';

type Props = { filters: Filters; list: ReturnType<typeof useLiveJobs> };

/** Shows the number of new jobs. The list does not move by itself: new jobs are loaded when the user asks for them. */
export function NewJobsPill({ filters, list }: Props) {
  const { newer, cameBetween, leftCount } = list;
  const count = (newer?.count ?? 0) + cameBetween;
  const isFirst = filters.cursor === null && filters.before === null;
  const show = () => (isFirst ? list.reload() : goTo(filtersUrl(filters)));
  return (
    <span role="status" className="flex min-h-7 items-center">
      {count + leftCount > 0 && (
        <button
          type="button"
          onClick={show}
          className="inline-flex h-7 items-center gap-1.5 rounded-full border border-accent-line bg-raised pr-3 pl-2.5 font-medium whitespace-nowrap text-accent-text shadow-1 hover:bg-accent-soft max-sm:h-10"
        >
          <ArrowUp size={14} aria-hidden />
          {count > 0
            ? `${count}${newer?.capped ? '+' : ''} new ${count === 1 ? 'job' : 'jobs'}`
            : `Refresh, ${leftCount} moved on`}
        </button>
      )}
    </span>
  );
}
