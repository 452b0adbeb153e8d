'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { RunDetail } from '#src/contract/run/run-view.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { Ban } from '#src/ui/icons/icons.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import { ConfirmDialog } from '#src/ui/parts/overlay/confirm-dialog.tsx';

/** Button that cancels a run after a confirmation. This is final. */
export function CancelRunButton({ run }: { run: RunDetail }) {
  const [open, setOpen] = useState(false);
  const trpc = useTRPC();
  const queries = useQueryClient();
  const cancel = useMutation(
    trpc.runs.cancel.mutationOptions({
      onSuccess: async () => {
        await queries.invalidateQueries(trpc.runs.pathFilter());
        setOpen(false);
      },
    }),
  );
  const requests = run.steps.filter(({ kind, state }) => kind === 'request' && state === 'pending').length;
  return (
    <>
      <Button kind="danger" icon={Ban} onClick={() => setOpen(true)}>
        Cancel run
      </Button>
      <ConfirmDialog
        open={open}
        onOpenChange={setOpen}
        title="Cancel this run?"
        effect={`${effectOf(requests)}The route is not entered again, and that is final.`}
        confirm="Cancel run"
        keep="Keep it"
        busy={cancel.isPending}
        error={cancel.error}
        onConfirm={() => cancel.mutate({ id: run.id })}
      />
    </>
  );
}

function effectOf(requests: number): string {
  if (requests === 0) return '';
  const open = requests === 1 ? 'Its open request is' : `Its ${requests.toLocaleString('en-US')} open requests are`;
  return `${open} cancelled too. `;
}
