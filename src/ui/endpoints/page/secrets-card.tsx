'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMayWrite } from '#src/ui/data/project/use-me.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { SigningSecrets } from '#src/ui/parts/secret/signing-secrets.tsx';

const refreshMs = 10_000;

/** Shows the signing secrets of an endpoint. */
export function SecretsCard({ endpointId }: { endpointId: string }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const query = useQuery(trpc.endpoints.secrets.queryOptions({ id: endpointId }, { refetchInterval: refreshMs }));
  const onSuccess = () => queries.invalidateQueries(trpc.endpoints.secrets.queryFilter({ id: endpointId }));
  const rotate = useMutation(trpc.endpoints.rotateSecret.mutationOptions({ onSuccess, gcTime: 0 }));
  const reveal = useMutation(trpc.endpoints.revealSecret.mutationOptions({ onSuccess, gcTime: 0 }));
  const end = useMutation(trpc.endpoints.endSecret.mutationOptions({ onSuccess }));
  return (
    <SigningSecrets
      title="Signing secrets"
      foot="Every live secret signs each delivery, so receivers can change over without a gap."
      query={query}
      mayWrite={useMayWrite()}
      rotate={(overlapSeconds) => rotate.mutateAsync({ id: endpointId, overlapSeconds })}
      reveal={(secretId) => reveal.mutateAsync({ id: endpointId, secretId })}
      end={(secretId) => end.mutateAsync({ id: endpointId, secretId })}
    />
  );
}
