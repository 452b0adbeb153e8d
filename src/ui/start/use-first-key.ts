'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ApiKey } from '#src/contract/project/scope.ts';
import { useMe } from '#src/ui/data/project/use-me.ts';
import { problemOf } from '#src/ui/data/refusal.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';

/** A key that was just made. Its secret is here as long as the page is open, and nowhere else. */
export type MadeKey = { key: ApiKey; secret: string };

export type FirstKey = {
  /** True for owners: only they may make keys. */
  mayMake: boolean;
  /** A key that is not revoked, or null; undefined until that is known, and always for users who are not owners. */
  existing: ApiKey | null | undefined;
  made: MadeKey | null;
  make: () => void;
  isPending: boolean;
  error: string | null;
};

/** Returns the key for a first job from elsewhere, and a function that makes one. */
export function useFirstKey(): FirstKey {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const mayMake = useMe().data?.role === 'owner';
  const [made, setMade] = useState<MadeKey | null>(null);
  const keys = useQuery(trpc.apiKeys.list.queryOptions(undefined, { enabled: mayMake }));
  const create = useMutation(
    trpc.apiKeys.create.mutationOptions({
      onSuccess: (answer) => {
        setMade(answer);
        void queries.invalidateQueries(trpc.apiKeys.pathFilter());
      },
    }),
  );
  const working = keys.data?.keys.filter(({ revokedAt }) => revokedAt === null);
  return {
    mayMake,
    existing: working && (working.at(-1) ?? null),
    made,
    make: () => create.mutate({ name: 'first-job', scopes: ['jobs:write'] }),
    isPending: create.isPending,
    error: create.error ? problemOf(create.error).message : null,
  };
}
