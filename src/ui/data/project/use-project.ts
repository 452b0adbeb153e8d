'use client';

import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import type { ProjectView } from '#src/contract/project/people.ts';
import { chooseProject } from './project.ts';
import { useMe } from './use-me.ts';

/** Returns the user's projects, the current one, and a function that switches to another. */
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
    // The open page belongs to the old project. The start page exists in each project.
    router.push('/');
    void queries.resetQueries();
  };
  return { current: me?.project, projects: me?.projects ?? [], switchTo };
}
