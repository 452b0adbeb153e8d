'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { cappedText } from '#src/ui/charts/figure-text.ts';
import { jobsUrl } from '#src/ui/charts/range.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';

type Props = {
  id: string;
  /** Number of an attempt that was retried; absent: the failed job itself. */
  attempt?: number;
};

/**
 * Says how many jobs have failed in the last hour as this job did, or as one of its attempts did, with a link to exactly
 * these. Without others, there is nothing to say.
 */
export function LikeFailures({ id, attempt }: Props) {
  const trpc = useTRPC();
  const input = attempt === undefined ? { id } : { id, attempt };
  const { data } = useQuery(trpc.stats.like.queryOptions(input, { refetchInterval: 10_000 }));
  // A failed job counts itself.
  const others = data ? data.count.count - (attempt === undefined ? 1 : 0) : 0;
  if (!data?.failure || others < 1) return null;
  return (
    <p className="text-fg-muted">
      <Link
        href={jobsUrl({ state: 'failed', failure: data.failure }, { from: data.from })}
        prefetch={false}
        className="text-accent-text underline underline-offset-2"
      >
        {cappedText(data.count)} {data.count.count === 1 ? 'job' : 'jobs'} failed like this in the last hour
      </Link>
      .{' '}
      <Link href="/failures?range=1h" prefetch={false} className="text-accent-text underline underline-offset-2">
        All errors
      </Link>
    </p>
  );
}
