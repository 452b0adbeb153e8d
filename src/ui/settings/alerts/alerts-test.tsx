'use client';

import { useMutation } from '@tanstack/react-query';
import { problemOf } from '#src/ui/data/refusal.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { Send } from '#src/ui/icons/icons.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import { toast } from '#src/ui/parts/overlay/toast.tsx';

/** Button that sends a test to all that are told, by the settings as they are saved. */
export function AlertsTest() {
  const trpc = useTRPC();
  const test = useMutation(
    trpc.alerts.test.mutationOptions({
      onSuccess: ({ deliveries, emails }) => {
        const to = [...deliveries.map((delivery) => delivery.to), ...emails];
        toast({ title: 'A test is on its way', description: `To ${to.join(', ')}.` });
      },
      onError: (error) => toast({ title: 'No test was sent', description: problemOf(error).message, tone: 'failure' }),
    }),
  );
  return (
    <Button icon={Send} busy={test.isPending} onClick={() => test.mutate()}>
      Send a test
    </Button>
  );
}
