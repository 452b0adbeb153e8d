'use client';

import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useHydrated } from '#src/ui/data/browser/use-hydrated.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { knowProject } from './project.ts';

/** Who is signed in, and what the frame of every page shows; asked again every 15 s for the count of workers. */
export function useMe() {
  const trpc = useTRPC();
  const me = useQuery(trpc.session.me.queryOptions(undefined, { refetchInterval: 15_000, staleTime: 5_000 }));
  const projectId = me.data?.project.id;
  useEffect(() => {
    if (projectId !== undefined) knowProject(projectId);
  }, [projectId]);
  // Parts of a page that hydrate late must begin with what the server drew, which knew nobody.
  return useHydrated() ? me : { ...me, data: undefined };
}

/** Whether the person may change anything: buttons that would only be refused are not shown. */
export function useMayWrite(): boolean {
  const role = useMe().data?.role;
  return role === 'owner' || role === 'member';
}

/** Whether the person may change the project itself: its keys, people and rules. */
export function useIsOwner(): boolean {
  return useMe().data?.role === 'owner';
}

/** Whether the person may make projects: an owner of any may. */
export function useMayMakeProjects(): boolean {
  return useMe().data?.projects.some(({ role }) => role === 'owner') ?? false;
}
