'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { problemOf } from '#src/ui/data/refusal.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { toast } from '#src/ui/parts/overlay/toast.tsx';

/** Sends deliveries of a job again, and shows the result in a toast. */
export function useResend(jobId: string): { resend: (ids: string[]) => void; busy: boolean; error: unknown } {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const one = useMutation(trpc.deliveries.resend.mutationOptions());
  const all = useMutation({
    mutationFn: async (ids: string[]) => {
      let sent = 0;
      let refusal: unknown = null;
      // One that cannot be sent again does not keep the others from it.
      for (const id of ids) {
        await one.mutateAsync({ id }).then(
          () => (sent += 1),
          (error: unknown) => (refusal = error),
        );
      }
      if (sent === 0) throw refusal;
      return { sent, refusal };
    },
    onSuccess: ({ sent, refusal }, { length }) =>
      toast({
        title: sent === 1 ? 'The delivery is sent again' : `${sent} deliveries are sent again`,
        description:
          refusal === null
            ? 'Under the same webhook-id, with a schedule that starts anew.'
            : `${length - sent} could not be: ${problemOf(refusal).message}`,
      }),
    onError: (error) => toast({ tone: 'failure', title: 'Not sent again', description: problemOf(error).message }),
    onSettled: () => queries.invalidateQueries(trpc.jobs.view.queryFilter({ id: jobId })),
  });
  return { resend: (ids) => all.mutate(ids), busy: all.isPending, error: all.error };
}
