'use client';

import { useQuery } from '@tanstack/react-query';
import { type InboxMessage, inboxName } from '#src/contract/live/inbox.ts';
import { useLiveRefresh } from '#src/ui/data/live/use-live.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';

/** Poll interval. A post that nobody signed belongs to no delivery, so only a poll finds it. */
const pollMs = 3_000;

/**
 * Loads the newest messages of an inbox and keeps them up to date. Changes of deliveries start a refresh, and polls run
 * in addition.
 */
export function useInbox(name: string, limit: number) {
  const trpc = useTRPC();
  const input = { name, limit };
  const filters = [{ queryKey: trpc.inbox.list.queryKey(input) }];
  const enabled = inboxName.test(name);
  useLiveRefresh(enabled ? ['deliveries'] : [], filters);
  return useQuery(trpc.inbox.list.queryOptions(input, { enabled, refetchInterval: pollMs, gcTime: 0 }));
}

/** Returns the newest message about a job. A thin message names the job too. */
export function messageOf(messages: readonly InboxMessage[] | undefined, jobId: string): InboxMessage | undefined {
  return messages?.find((message) => message.body?.includes(`"${jobId}"`));
}
