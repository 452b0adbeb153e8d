'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { JobView } from '#src/contract/job/job-view.ts';
import { useKeys } from '#src/ui/data/browser/use-keys.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { Ban } from '#src/ui/icons/icons.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import { ConfirmDialog } from '#src/ui/parts/overlay/confirm-dialog.tsx';

type Props = {
  job: JobView['job'];
  /** True if the key `c` asks too. */
  hasKey: boolean;
};

/** Button that cancels a job after a confirmation. This is final, and the target's work for the job is lost. */
export function CancelJob({ job, hasKey }: Props) {
  const [open, setOpen] = useState(false);
  useKeys(hasKey ? { c: () => setOpen(true) } : {});
  const trpc = useTRPC();
  const queries = useQueryClient();
  const cancel = useMutation(
    trpc.jobs.cancel.mutationOptions({
      onSuccess: async () => {
        await queries.invalidateQueries(trpc.jobs.view.queryFilter({ id: job.id }));
        setOpen(false);
      },
    }),
  );
  return (
    <>
      <Button kind="danger" icon={Ban} className="min-w-[107px]" onClick={() => setOpen(true)}>
        Cancel job
      </Button>
      <ConfirmDialog
        open={open}
        onOpenChange={setOpen}
        title="Cancel this job?"
        effect={effectOf(job)}
        confirm="Cancel job"
        keep="Keep it"
        busy={cancel.isPending}
        error={cancel.error}
        onConfirm={() => cancel.mutate({ id: job.id })}
      />
    </>
  );
}

function effectOf(job: JobView['job']): string {
  const running = job.state === 'in_progress' ? 'Its running request is broken off. ' : '';
  const told = job.callback?.events.includes('job.cancelled') ? ' Its callback is told.' : '';
  return `${running}No further attempt is made, and that is final; it can run again only as a new job.${told}`;
}
