'use client';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { Job, JobAttempts } from '#src/contract/job.ts';
import type { LiveTopic } from '#src/contract/live.ts';
import { isTerminal } from '#src/domain/job-state.ts';
import { mayRetry } from '#src/ui/data/refusal.ts';
import { serverNow } from '#src/ui/data/server-clock.ts';
import { useTRPC } from '#src/ui/data/trpc.ts';
import { useLiveRefresh } from '#src/ui/data/use-live.ts';

const pollMs = 1_000;
const longestTimerMs = 2_147_483_647;

/** A job with its attempts, kept up to date until nothing about it can change any more. */
export function useJob(id: string): {
  job: Job | undefined;
  attempts: JobAttempts | undefined;
  error: unknown;
  retry: () => void;
} {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const [jobKey, attemptsKey] = [trpc.jobs.get.queryKey({ id }), trpc.jobs.attempts.queryKey({ id })];
  const settled = isSettled(queries.getQueryData(jobKey), queries.getQueryData(attemptsKey));
  const topics: LiveTopic[] = settled ? [] : [`job:${id}`];
  const intervalMs = useLiveRefresh(topics, [{ queryKey: jobKey }, { queryKey: attemptsKey }], pollMs);
  const refetchInterval = (query: { state: { data: unknown; error: unknown } }) => {
    const { data, error } = query.state;
    // What was refused once, such as an id that does not exist, will be refused again.
    if (data === undefined && error !== null && !mayRetry(0, error)) return false;
    return isSettled(queries.getQueryData(jobKey), queries.getQueryData(attemptsKey)) ? false : intervalMs;
  };
  const job = useQuery(trpc.jobs.get.queryOptions({ id }, { refetchInterval }));
  const attempts = useQuery(trpc.jobs.attempts.queryOptions({ id }, { refetchInterval }));
  const refetch = job.refetch;
  const expiresAt = job.data?.result?.expiresAt;
  useEffect(() => {
    if (expiresAt === undefined) return;
    const leftMs = Date.parse(expiresAt) - serverNow();
    // The result must not stay on the screen longer than it was to be kept.
    const timer = setTimeout(() => void refetch(), Math.min(Math.max(leftMs + 500, 1_000), longestTimerMs));
    return () => clearTimeout(timer);
  }, [expiresAt, refetch]);
  const retry = () => {
    void job.refetch();
    void attempts.refetch();
  };
  return { job: job.data, attempts: attempts.data, error: job.error, retry };
}

function isSettled(job: Job | undefined, attempts: JobAttempts | undefined): boolean {
  if (!job || !attempts || !isTerminal(job.state)) return false;
  // The attempts of a job that has just ended may have been read before its end.
  if (attempts.attempts.length < job.attempts) return false;
  const end = `job.${job.state}`;
  if (job.callback?.events.includes(end) && !attempts.deliveries.some(({ type }) => type === end)) return false;
  return attempts.deliveries.every(({ endedAt }) => endedAt !== null);
}
