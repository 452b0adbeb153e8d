'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { problemOf } from '#src/ui/data/refusal.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { toast } from '#src/ui/parts/overlay/toast.tsx';

/** Makes the next attempt of a waiting job now, and shows a refusal in a toast. */
export function useTryJobNow(id: string): { tryNow: () => void; busy: boolean } {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const attempt = useMutation(
    trpc.jobs.tryNow.mutationOptions({
      onSettled: () => queries.invalidateQueries(trpc.jobs.view.queryFilter({ id })),
      onError: (error) => toast({ tone: 'failure', title: 'Not tried', description: problemOf(error).message }),
    }),
  );
  return { tryNow: () => attempt.mutate({ id }), busy: attempt.isPending };
}

/** Makes the next attempt of a waiting delivery now, and shows in a toast that it is on its way, or the refusal. */
export function useTryDeliveryNow(id: string): { tryNow: () => void; busy: boolean } {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const attempt = useMutation(
    trpc.deliveries.tryNow.mutationOptions({
      onSuccess: () =>
        toast({ title: 'It is tried now', description: 'A paused endpoint is probed with it; its limits still hold.' }),
      onSettled: () => {
        void queries.invalidateQueries(trpc.deliveries.pathFilter());
        void queries.invalidateQueries(trpc.jobs.view.pathFilter());
      },
      onError: (error) => toast({ tone: 'failure', title: 'Not tried', description: problemOf(error).message }),
    }),
  );
  return { tryNow: () => attempt.mutate({ id }), busy: attempt.isPending };
}
