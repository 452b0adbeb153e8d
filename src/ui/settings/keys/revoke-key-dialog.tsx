'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ApiKey } from '#src/contract/project/scope.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { ConfirmDialog } from '#src/ui/parts/overlay/confirm-dialog.tsx';
import { toast } from '#src/ui/parts/overlay/toast.tsx';
import { Ago } from '#src/ui/parts/time/ago.tsx';

/** Asks for confirmation before a key stops working. */
export function RevokeKeyDialog({ apiKey: key, onClose }: { apiKey: ApiKey; onClose: () => void }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const revoke = useMutation(
    trpc.apiKeys.revoke.mutationOptions({
      onSuccess: () => {
        void queries.invalidateQueries(trpc.apiKeys.list.queryFilter());
        toast({ title: `${key.name} is revoked` });
        onClose();
      },
    }),
  );
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Revoke ${key.name}?`}
      effect={
        <>
          Within a second every call with it is refused as <code>key_revoked</code>; jobs it has submitted go on. It
          cannot be undone.{' '}
          {key.lastUsedAt ? (
            <>
              It was last used <Ago at={key.lastUsedAt} sentence />.
            </>
          ) : (
            'It was never used.'
          )}
        </>
      }
      confirm="Revoke key"
      keep="Keep it"
      busy={revoke.isPending}
      error={revoke.error}
      onConfirm={() => revoke.mutate({ id: key.id })}
    />
  );
}
