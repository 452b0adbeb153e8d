'use client';

import { useQuery } from '@tanstack/react-query';
import type { Attempt } from '#src/contract/job/job.ts';
import type { BodyStart, JobView } from '#src/contract/job/job-view.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';

/** Error of a failed load, and a function that loads again. */
export type LoadFailure = { error: unknown; retry: () => void };

export type ShownBody = { start: BodyStart | null | undefined; failure: LoadFailure | null };

/**
 * Loads an attempt in full. An attempt never changes once it is written. The last attempt of a job comes with the page.
 */
export function useAttempt(owner: string, number: number | null, known: Attempt | null = null) {
  const trpc = useTRPC();
  const isKnown = known !== null && known.number === number;
  return useQuery(
    trpc.jobs.attempt.queryOptions(
      { id: owner, number: number ?? 1 },
      {
        enabled: number !== null,
        staleTime: Number.POSITIVE_INFINITY,
        ...(isKnown && { initialData: known }),
      },
    ),
  );
}

/**
 * Loads the request body as far as it may be shown. `start` is null if there is no body, and undefined while the body
 * is unknown or after it was erased.
 */
export function useRequestBody({ job, body }: JobView): ShownBody {
  const trpc = useTRPC();
  const kept = body.state === 'kept';
  const query = useQuery(
    trpc.jobs.body.queryOptions({ id: job.id }, { enabled: kept, staleTime: Number.POSITIVE_INFINITY }),
  );
  if (body.state === 'none') return { start: null, failure: null };
  const { data, error, refetch } = query;
  return { start: kept ? data : undefined, failure: kept && error ? { error, retry: () => void refetch() } : null };
}
