'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useMayWrite } from '#src/ui/data/project/use-me.ts';
import { problemOf } from '#src/ui/data/refusal.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { Play } from '#src/ui/icons/icons.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import { toast } from '#src/ui/parts/overlay/toast.tsx';

/** Sends the oldest delivery that waits for an endpoint, to find out whether it is back. Only those who may write see it. */
export function ProbeButton({ endpointId, name }: { endpointId: string; name: string }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const probe = useMutation(
    trpc.endpoints.probe.mutationOptions({
      onSuccess: () => {
        void queries.invalidateQueries(trpc.endpoints.pathFilter());
        void queries.invalidateQueries(trpc.stats.pathFilter());
        toast({
          title: `${name} is probed now`,
          description: 'The oldest delivery that waits is sent. If it is taken, the endpoint is back.',
        });
      },
      onError: (error) => toast({ tone: 'failure', title: 'Not tried', description: problemOf(error).message }),
    }),
  );
  if (!useMayWrite()) return null;
  return (
    <Button
      size="small"
      icon={Play}
      className="relative z-1 flex-none"
      busy={probe.isPending}
      aria-label={`Try now: ${name}`}
      onClick={() => probe.mutate({ id: endpointId })}
    >
      Try now
    </Button>
  );
}
