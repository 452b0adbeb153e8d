'use client';

import { useQuery } from '@tanstack/react-query';
import { type InboxMessage, inboxName } from '#src/contract/live/inbox.ts';
import { useLiveRefresh } from '#src/ui/data/live/use-live.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';

/** Of a post that nobody signed no delivery tells. */
const pollMs = 3_000;

/** The newest messages of an inbox, kept up to date: deliveries tell when to look, and now and then it is looked anyway. */
export function useInbox(name: string, limit: number) {
  const trpc = useTRPC();
  const input = { name, limit };
  const filters = [{ queryKey: trpc.inbox.list.queryKey(input) }];
  const enabled = inboxName.test(name);
  useLiveRefresh(enabled ? ['deliveries'] : [], filters);
  return useQuery(trpc.inbox.list.queryOptions(input, { enabled, refetchInterval: pollMs, gcTime: 0 }));
}

/** The message that tells of a job, newest first; a thin one names it as well. */
export function messageOf(messages: readonly InboxMessage[] | undefined, jobId: string): InboxMessage | undefined {
  return messages?.find((message) => message.body?.includes(`"${jobId}"`));
}
