'use client';

import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { knowProject } from './project.ts';
import { useTRPC } from './trpc.ts';

/** Who is signed in, and what the frame of every page shows; asked again every 15 s for the count of workers. */
export function useMe() {
  const trpc = useTRPC();
  const me = useQuery(trpc.session.me.queryOptions(undefined, { refetchInterval: 15_000 }));
  const projectId = me.data?.project.id;
  useEffect(() => {
    if (projectId !== undefined) knowProject(projectId);
  }, [projectId]);
  return me;
}

/** Whether the person may change anything: buttons that would only be refused are not shown. */
export function useMayWrite(): boolean {
  const role = useMe().data?.role;
  return role === 'owner' || role === 'member';
}
