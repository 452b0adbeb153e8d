'use client';

import { useMutation } from '@tanstack/react-query';
import { copyText } from '#src/ui/data/browser/use-copy.ts';
import { useMayWrite } from '#src/ui/data/project/use-me.ts';
import { problemOf } from '#src/ui/data/refusal.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { Copy } from '#src/ui/icons/icons.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import { toast } from '#src/ui/parts/overlay/toast.tsx';
import { signedCurl } from './signed-curl.ts';

/** Copies a delivery's request as a command, signed at this moment by the server. Its secret headers are variables. */
export function CopyCurl({ id }: { id: string }) {
  const trpc = useTRPC();
  const sign = useMutation(
    trpc.deliveries.sign.mutationOptions({
      gcTime: 0,
      onSuccess: async (signed) => {
        const copied = await copyText(signedCurl(signed));
        if (!copied) {
          toast({
            tone: 'failure',
            title: 'It could not be copied',
            description: 'The browser has no clipboard here.',
          });
          return;
        }
        toast({
          title: 'Copied, signed as of now',
          description: signed.event.bodyCut
            ? 'Save the event as event.json first. A receiver takes the signature for 5 min.'
            : 'A receiver takes the signature for 5 min. The audit log has that you signed it.',
        });
      },
      onError: (error) =>
        toast({ tone: 'failure', title: 'It could not be signed', description: problemOf(error).message }),
    }),
  );
  if (!useMayWrite()) return null;
  return (
    <Button icon={Copy} busy={sign.isPending} onClick={() => sign.mutate({ id })}>
      Copy as cURL
    </Button>
  );
}
