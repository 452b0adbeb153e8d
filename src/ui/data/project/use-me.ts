'use client';

import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useHydrated } from '#src/ui/data/browser/use-hydrated.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { knowProject } from './project.ts';

/**
 * Loads the user who is signed in, and the data for the frame of every page. It is loaded again every 15 s for the
 * count of workers.
 */
export function useMe() {
  const trpc = useTRPC();
  const me = useQuery(trpc.session.me.queryOptions(undefined, { refetchInterval: 15_000, staleTime: 5_000 }));
  const projectId = me.data?.project.id;
  useEffect(() => {
    if (projectId !== undefined) knowProject(projectId);
  }, [projectId]);
  // Parts of a page that hydrate late must begin with what the server rendered. The server did not know the user.
  return useHydrated() ? me : { ...me, data: undefined };
}

/** Returns whether the user may change anything. Buttons that the server would only refuse are not shown. */
export function useMayWrite(): boolean {
  const role = useMe().data?.role;
  return role === 'owner' || role === 'member';
}

/** Returns whether the user may change the project itself: its keys, people and rules. */
export function useIsOwner(): boolean {
  return useMe().data?.role === 'owner';
}

/** Returns whether the user may create projects. An owner of any project may. */
export function useMayMakeProjects(): boolean {
  return useMe().data?.projects.some(({ role }) => role === 'owner') ?? false;
}
