'use client';

import { useQuery } from '@tanstack/react-query';
import { useTRPC } from './trpc.ts';

/** Who is signed in, and what the frame of every page shows; asked again every 15 s for the count of workers. */
export function useMe() {
  const trpc = useTRPC();
  return useQuery(trpc.session.me.queryOptions(undefined, { refetchInterval: 15_000 }));
}

/** Whether the person may change anything: buttons that would only be refused are not shown. */
export function useMayWrite(): boolean {
  const role = useMe().data?.role;
  return role === 'owner' || role === 'member';
}
