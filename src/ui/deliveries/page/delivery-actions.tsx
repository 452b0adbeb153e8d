'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { DeliveryView } from '#src/contract/event/delivery.ts';
import { useMayWrite } from '#src/ui/data/project/use-me.ts';
import { problemOf } from '#src/ui/data/refusal.ts';
import { useNow } from '#src/ui/data/server-clock.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { Play, RotateCw } from '#src/ui/icons/icons.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import { useTryDeliveryNow } from '#src/ui/parts/job/use-try-now.ts';
import { toast } from '#src/ui/parts/overlay/toast.tsx';
import { mayResend } from '#src/ui/words/may-resend.ts';
import { waitsLong } from '#src/ui/words/waits.ts';

/** Sends an ended delivery again, or tries one now that waits. */
export function DeliveryActions({ delivery }: { delivery: DeliveryView }) {
  if (!useMayWrite()) return null;
  if (delivery.endedAt === null) return <TryNow delivery={delivery} />;
  return mayResend(delivery) && <Resend delivery={delivery} />;
}

function TryNow({ delivery }: { delivery: DeliveryView }) {
  const now = useNow(1_000);
  const { tryNow, busy } = useTryDeliveryNow(delivery.id);
  if (!busy && !waitsLong(delivery, now)) return null;
  return (
    <Button kind="primary" icon={Play} busy={busy} onClick={tryNow}>
      Try now
    </Button>
  );
}

function Resend({ delivery }: { delivery: DeliveryView }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const resend = useMutation(
    trpc.deliveries.resend.mutationOptions({
      onSuccess: () => {
        void queries.invalidateQueries(trpc.deliveries.pathFilter());
        toast({
          title: 'It is sent again',
          description: 'With the same webhook-id, and its schedule from the beginning.',
        });
      },
      onError: (error) =>
        toast({ tone: 'failure', title: 'It could not be sent again', description: problemOf(error).message }),
    }),
  );
  return (
    <Button kind="primary" icon={RotateCw} busy={resend.isPending} onClick={() => resend.mutate({ id: delivery.id })}>
      Send again
    </Button>
  );
}
