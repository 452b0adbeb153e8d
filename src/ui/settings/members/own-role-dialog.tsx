'use client';

import type { Role } from '#src/contract/project/scope.ts';
import { ConfirmDialog } from '#src/ui/parts/overlay/confirm-dialog.tsx';
import { roleHints, roleWord } from '#src/ui/words/role-words.ts';

type Props = { role: Role; busy: boolean; error: unknown; onClose: () => void; onConfirm: () => void };

/** Asks for confirmation before an owner gives up this role, because only another owner can give it back. */
export function OwnRoleDialog({ role, busy, error, onClose, onConfirm }: Props) {
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Make yourself ${roleWord(role).toLowerCase()}?`}
      effect={`You will be no owner any more, and only another owner can make you one again. ${roleWord(role)}: ${roleHints[role]}`}
      confirm="Give it up"
      keep="Stay owner"
      busy={busy}
      error={error}
      onConfirm={onConfirm}
    />
  );
}
