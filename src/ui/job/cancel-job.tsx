'use client';

import { AlertDialog } from '@base-ui/react/alert-dialog';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Ban } from 'lucide-react';
import { useState } from 'react';
import type { Job } from '#src/contract/job.ts';
import { problemOf } from '#src/ui/data/refusal.ts';
import { useTRPC } from '#src/ui/data/trpc.ts';
import { Button, buttonClass } from '#src/ui/parts/button.tsx';

/** Asks first: a cancelled job is final, and what its target was doing for it is lost. */
export function CancelJob({ job }: { job: Job }) {
  const [open, setOpen] = useState(false);
  const cancel = useCancel(job.id, () => setOpen(false));
  return (
    <AlertDialog.Root open={open} onOpenChange={setOpen}>
      <AlertDialog.Trigger className={buttonClass('danger')}>
        <Ban size={14} aria-hidden className="-ml-0.5" />
        Cancel job
      </AlertDialog.Trigger>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className="fixed inset-0 z-40 bg-[rgb(0_0_0/0.4)] transition-opacity duration-[180ms] data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <AlertDialog.Popup className="fixed top-1/2 left-1/2 z-50 w-[440px] max-w-[calc(100vw-32px)] -translate-1/2 rounded-dialog border bg-raised shadow-3 outline-none transition-opacity duration-[180ms] data-ending-style:opacity-0 data-starting-style:opacity-0">
          <div className="grid gap-3 p-5">
            <AlertDialog.Title>Cancel this job?</AlertDialog.Title>
            <AlertDialog.Description className="text-fg-muted">{effectOf(job)}</AlertDialog.Description>
            {cancel.error && (
              <p role="alert" className="text-failed-text">
                {problemOf(cancel.error).message}
              </p>
            )}
          </div>
          <div className="flex justify-end gap-2 border-t px-5 py-3">
            <AlertDialog.Close className={buttonClass()}>Keep it</AlertDialog.Close>
            <Button kind="solid-danger" busy={cancel.isPending} onClick={() => cancel.mutate({ id: job.id })}>
              Cancel job
            </Button>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}

function effectOf(job: Job): string {
  const running = job.state === 'in_progress' ? 'Its running request is broken off. ' : '';
  const told = job.callback?.events.includes('job.cancelled') ? ' Its callback is told.' : '';
  return `${running}No further attempt is made, and that is final; it can run again only as a new job.${told}`;
}

function useCancel(id: string, onDone: () => void) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  return useMutation(
    trpc.jobs.cancel.mutationOptions({
      onSuccess: (job) => {
        queries.setQueryData(trpc.jobs.get.queryKey({ id }), job);
        void queries.invalidateQueries(trpc.jobs.attempts.queryFilter({ id }));
        onDone();
      },
    }),
  );
}
