'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useIsOwner } from '#src/ui/data/project/use-me.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { SigningSecrets } from '#src/ui/parts/secret/signing-secrets.tsx';

const refreshMs = 10_000;

/** Lists the secrets of the project itself, which sign deliveries to plain URLs. */
export function WebhookSecretsCard() {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const query = useQuery(trpc.project.webhookSecrets.queryOptions(undefined, { refetchInterval: refreshMs }));
  const onSuccess = () => queries.invalidateQueries(trpc.project.webhookSecrets.queryFilter());
  const rotate = useMutation(trpc.project.rotateWebhookSecret.mutationOptions({ onSuccess, gcTime: 0 }));
  const reveal = useMutation(trpc.project.revealWebhookSecret.mutationOptions({ onSuccess, gcTime: 0 }));
  const end = useMutation(trpc.project.endWebhookSecret.mutationOptions({ onSuccess }));
  return (
    <SigningSecrets
      title="Webhook secrets"
      foot="They sign callbacks to URLs, each of them every callback. Endpoints have secrets of their own."
      query={query}
      mayWrite={useIsOwner()}
      rotate={(overlapSeconds) => rotate.mutateAsync({ overlapSeconds })}
      reveal={(secretId) => reveal.mutateAsync({ secretId })}
      end={(secretId) => end.mutateAsync({ secretId })}
    />
  );
}
