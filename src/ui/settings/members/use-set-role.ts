'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { MemberView } from '#src/contract/project/people.ts';
import type { Role } from '#src/contract/project/scope.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { toast } from '#src/ui/parts/overlay/toast.tsx';
import { roleWord } from '#src/ui/words/role-words.ts';

type Wish = { userId: string; role: Role };

/**
 * Changes roles. Another member's role changes at once. The user's own role changes only after a confirmation, because
 * the user cannot undo that.
 */
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
    /** Change that is being saved now. */
    changing: set.isPending ? set.variables : null,
    /** Change of the user's own role that waits for a confirmation. */
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
