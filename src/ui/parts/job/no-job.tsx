'use client';

import { NoSuch } from '#src/ui/parts/page/no-such.tsx';

type Props = {
  id: string;
  error: unknown;
  onRetry: () => void;
  /** Level of the heading. Beside a list, the page has an `h1` already. */
  level?: 1 | 2;
};

/** Shows in the place of a job that there is no such job, or that it could not be loaded. */
export function NoJob(props: Props) {
  return (
    <NoSuch
      what="job"
      list={{ href: '/jobs', name: 'jobs' }}
      gone="the job is older than the time that jobs are kept"
      {...props}
    />
  );
}
