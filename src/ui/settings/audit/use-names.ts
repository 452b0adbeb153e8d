'use client';

import { useQuery } from '@tanstack/react-query';
import { type Named, useActorNames } from '#src/ui/data/project/use-actor-names.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';

const freshMs = 60_000;

/**
 * Returns the members and keys of the project by id, which act in the project, and the names of everything that actions
 * are about.
 */
export function useNames(): { actors: Named[]; nameOf: (id: string) => string | undefined } {
  const trpc = useTRPC();
  const actors = useActorNames();
  const endpoints = useQuery(trpc.endpoints.list.queryOptions(undefined, { staleTime: freshMs })).data?.endpoints ?? [];
  const upstreams = useQuery(trpc.upstreams.list.queryOptions(undefined, { staleTime: freshMs })).data?.upstreams ?? [];
  const schedules = useQuery(trpc.schedules.list.queryOptions({}, { staleTime: freshMs })).data?.schedules ?? [];
  const targets = [...endpoints, ...upstreams, ...schedules].map(({ id, name }) => ({ value: id, label: name }));
  return { actors, nameOf: (id) => [...actors, ...targets].find(({ value }) => value === id)?.label };
}
