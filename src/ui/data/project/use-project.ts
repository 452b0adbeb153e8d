'use client';

import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import type { ProjectView } from '#src/contract/project/people.ts';
import { chooseProject } from './project.ts';
import { useMe } from './use-me.ts';

/** The projects one may go to, the one that is shown, and going to another. */
export function useProjects(): {
  current: { id: string; name: string } | undefined;
  projects: readonly ProjectView[];
  switchTo: (id: string) => void;
} {
  const { data: me } = useMe();
  const queries = useQueryClient();
  const router = useRouter();
  const switchTo = (id: string) => {
    if (id === me?.project.id) return;
    chooseProject(id);
    // Whatever is open belongs to the old project: the start page exists in each.
    router.push('/');
    void queries.resetQueries();
  };
  return { current: me?.project, projects: me?.projects ?? [], switchTo };
}
