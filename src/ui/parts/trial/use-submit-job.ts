'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useMe } from '#src/ui/data/project/use-me.ts';
import { problemOf } from '#src/ui/data/refusal.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { isUnreadable, submitInputOf, type TryValues, type Unreadable } from './form-values.ts';

/** Returns the reason why the user may not submit here, or null. */
export function useSubmitBar(): string | null {
  const { data: me } = useMe();
  if (!me || me.role === 'owner' || me.role === 'member') return null;
  return 'You are a viewer of this project: an owner can let you submit jobs.';
}

/** Submits a real job of the project as the user who is signed in. A refusal is shown at its field. */
export function useSubmitJob(origin: string, onDone: (id: string) => void) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const [unreadable, setUnreadable] = useState<Unreadable | null>(null);
  const submit = useMutation(
    trpc.jobs.submit.mutationOptions({
      onSuccess: ({ id }) => {
        void queries.invalidateQueries(trpc.jobs.list.pathFilter());
        onDone(id);
      },
    }),
  );
  const refused = submit.error ? problemOf(submit.error) : null;
  const problem = unreadable ?? refused;
  return {
    isPending: submit.isPending,
    problem,
    /** Returns the error of a field, by the server's name for the field. */
    errorOf: (...fields: string[]) =>
      problem?.field && fields.some((field) => isAt(problem.field ?? '', field)) ? problem.message : undefined,
    /** Clears the errors, because a changed input may be right by now. */
    forget() {
      setUnreadable(null);
      if (submit.error) submit.reset();
    },
    submit(values: TryValues) {
      if (submit.isPending) return;
      const input = submitInputOf(values, origin);
      const bad = isUnreadable(input) ? input : null;
      setUnreadable(bad);
      if (bad) submit.reset();
      else submit.mutate(input as Exclude<typeof input, Unreadable>);
    },
  };
}

function isAt(path: string, field: string): boolean {
  return path === field || path.startsWith(`${field}.`);
}
