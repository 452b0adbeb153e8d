'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { cappedText } from '#src/ui/charts/figure-text.ts';
import { jobsUrl } from '#src/ui/charts/range.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';

/** Says of a failed job how many others have failed in the same way in the last hour, with a link to all of them. */
export function LikeFailures({ id }: { id: string }) {
  const trpc = useTRPC();
  const { data } = useQuery(trpc.stats.like.queryOptions({ id }, { refetchInterval: 10_000 }));
  if (!data?.failure || data.count.count < 2) return null;
  return (
    <p className="text-fg-muted">
      <Link
        href={jobsUrl({ state: 'failed', failure: data.failure }, { from: data.from })}
        prefetch={false}
        className="text-accent-text underline underline-offset-2"
      >
        {cappedText(data.count)} jobs failed like this in the last hour
      </Link>
      .{' '}
      <Link href="/failures?range=1h" prefetch={false} className="text-accent-text underline underline-offset-2">
        All errors
      </Link>
    </p>
  );
}
