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
  /** A key that can submit, or null; undefined until that is known, and always for users who are not owners. */
  existing: ApiKey | null | undefined;
  made: MadeKey | null;
  make: () => void;
  isPending: boolean;
  error: string | null;
};

/** Returns the newest key that may submit jobs now, or null. `keys` has the newest first. */
export function keyThatSubmits(keys: readonly ApiKey[], now: number): ApiKey | null {
  const submits = ({ revokedAt, expiresAt, scopes }: ApiKey) =>
    revokedAt === null &&
    (expiresAt === null || Date.parse(expiresAt) > now) &&
    scopes.some((scope) => scope === 'jobs:write' || scope === 'admin');
  return keys.find(submits) ?? null;
}

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
      // The answer holds the secret.
      gcTime: 0,
    }),
  );
  return {
    mayMake,
    existing: keys.data && keyThatSubmits(keys.data.keys, Date.now()),
    made,
    make: () => create.mutate({ name: 'first-job', scopes: ['jobs:write'] }),
    isPending: create.isPending,
    error: create.error ? problemOf(create.error).message : null,
  };
}
