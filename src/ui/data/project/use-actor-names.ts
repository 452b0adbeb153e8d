'use client';

import { useQuery } from '@tanstack/react-query';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { useMe } from './use-me.ts';

const freshMs = 60_000;

export type Named = { value: string; label: string };

/** Returns the members and keys of the project by id, which act in it. Only owners may see the keys. */
export function useActorNames(): Named[] {
  const trpc = useTRPC();
  const isOwner = useMe().data?.role === 'owner';
  const members = useQuery(trpc.members.list.queryOptions(undefined, { staleTime: freshMs })).data?.members ?? [];
  const keys = useQuery(trpc.apiKeys.list.queryOptions(undefined, { staleTime: freshMs, enabled: isOwner })).data?.keys;
  return [
    ...members.map(({ userId, email }) => ({ value: userId, label: email })),
    ...(keys ?? []).map(({ id, name }) => ({ value: id, label: `Key ${name}` })),
  ];
}
