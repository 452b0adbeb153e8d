'use client';

import { useQuery } from '@tanstack/react-query';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';

const freshMs = 60_000;

type Named = { value: string; label: string };

/** Returns the members and keys of the project by id: they act in the project, and actions can be about them. */
export function useNames(): { actors: Named[]; nameOf: (id: string) => string | undefined } {
  const trpc = useTRPC();
  const members = useQuery(trpc.members.list.queryOptions(undefined, { staleTime: freshMs })).data?.members ?? [];
  const keys = useQuery(trpc.apiKeys.list.queryOptions(undefined, { staleTime: freshMs })).data?.keys ?? [];
  const actors = [
    ...members.map(({ userId, email }) => ({ value: userId, label: email })),
    ...keys.map(({ id, name }) => ({ value: id, label: `Key ${name}` })),
  ];
  return { actors, nameOf: (id) => actors.find(({ value }) => value === id)?.label };
}
