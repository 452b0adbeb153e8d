'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { MemberView } from '#src/contract/project/people.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { ConfirmDialog } from '#src/ui/parts/overlay/confirm-dialog.tsx';
import { toast } from '#src/ui/parts/overlay/toast.tsx';

/** Asks for confirmation before a member loses the project. */
export function RemoveMemberDialog({ member, onClose }: { member: MemberView; onClose: () => void }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const remove = useMutation(
    trpc.members.remove.mutationOptions({
      onSuccess: ({ email }) => {
        toast({ title: `${email} is no member any more` });
        onClose();
        void queries.invalidateQueries(trpc.members.list.queryFilter());
      },
    }),
  );
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={member.isYou ? 'Leave this project?' : `Remove ${member.email}?`}
      effect={
        member.isYou
          ? 'You lose this project at once, in every session. Keys and invitations you have made stay.'
          : 'They lose this project at once, in every session. Keys and invitations they have made stay: look through both.'
      }
      confirm={member.isYou ? 'Leave' : 'Remove member'}
      keep={member.isYou ? 'Stay' : 'Keep'}
      busy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate({ userId: member.userId })}
    />
  );
}
