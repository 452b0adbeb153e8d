'use client';

import { useMutation } from '@tanstack/react-query';
import type { JobSelection } from '#src/contract/job/bulk.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { ConfirmDialog } from '#src/ui/parts/overlay/confirm-dialog.tsx';

export type BulkKind = 'rerun' | 'cancel';

type Props = {
  kind: BulkKind;
  jobs: JobSelection;
  /** Number of jobs as text. */
  words: string;
  onClose: () => void;
  onStarted: (operationId: string) => void;
};

/** Asks for confirmation before an action on many jobs, names the count and the effect, and starts the operation. */
export function BulkDialog({ kind, jobs, words, onClose, onStarted }: Props) {
  const trpc = useTRPC();
  const started = { onSuccess: ({ id }: { id: string }) => onStarted(id) };
  const rerun = useMutation(trpc.jobs.rerunMany.mutationOptions(started));
  const cancel = useMutation(trpc.jobs.cancelMany.mutationOptions(started));
  const noun = words === '1' ? 'job' : 'jobs';
  const act = kind === 'rerun' ? rerun : cancel;
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={kind === 'rerun' ? `Run ${words} ${noun} again?` : `Cancel ${words} ${noun}?`}
      effect={
        kind === 'rerun'
          ? 'Each becomes a new job with the same request. Those that have not ended, or whose secrets were erased, are left out and counted.'
          : 'Running requests are broken off, and that is final. Those that have ended already are left out and counted.'
      }
      confirm={kind === 'rerun' ? `Run ${words} ${noun} again` : `Cancel ${words} ${noun}`}
      keep={kind === 'rerun' ? 'Not now' : 'Keep them'}
      harmless={kind === 'rerun'}
      busy={act.isPending}
      error={act.error}
      onConfirm={() => act.mutate({ jobs })}
    />
  );
}
