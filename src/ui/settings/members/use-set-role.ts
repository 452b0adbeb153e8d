'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { MemberView } from '#src/contract/project/people.ts';
import type { Role } from '#src/contract/project/scope.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { toast } from '#src/ui/parts/overlay/toast.tsx';
import { roleWord } from '#src/ui/words/role-words.ts';

type Wish = { userId: string; role: Role };

/** Gives roles: to others at once, to oneself only after a question, since one cannot take it back. */
export function useSetRole() {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const [own, setOwn] = useState<Wish | null>(null);
  const set = useMutation(
    trpc.members.setRole.mutationOptions({
      onSuccess: async (member) => {
        setOwn(null);
        toast({ title: `${member.email} is ${roleWord(member.role).toLowerCase()} now` });
        await Promise.all([
          queries.invalidateQueries(trpc.members.list.queryFilter()),
          queries.invalidateQueries(trpc.session.me.queryFilter()),
        ]);
      },
    }),
  );
  return {
    error: set.error,
    isPending: set.isPending,
    /** What is being changed just now. */
    changing: set.isPending ? set.variables : null,
    /** One's own change that waits for an answer. */
    own,
    ask(member: MemberView, role: Role) {
      if (role === member.role) return;
      set.reset();
      const wish = { userId: member.userId, role };
      if (member.isYou) setOwn(wish);
      else set.mutate(wish);
    },
    confirm() {
      if (own) set.mutate(own);
    },
    reset() {
      setOwn(null);
      set.reset();
    },
  };
}
