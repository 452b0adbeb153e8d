'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useIsOwner } from '#src/ui/data/project/use-me.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { SigningSecrets } from '#src/ui/parts/secret/signing-secrets.tsx';
import { CopyButton } from '#src/ui/parts/text/copy-button.tsx';

const refreshMs = 10_000;

/** Lists the ed25519 keys of the project, and the page where receivers find their public halves. */
export function SigningKeysCard() {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const query = useQuery(trpc.project.signingKeys.queryOptions(undefined, { refetchInterval: refreshMs }));
  const onSuccess = () => queries.invalidateQueries(trpc.project.signingKeys.queryFilter());
  const rotate = useMutation(trpc.project.rotateSigningKey.mutationOptions({ onSuccess, gcTime: 0 }));
  const end = useMutation(trpc.project.endSigningKey.mutationOptions({ onSuccess }));
  const url = query.data?.jwksUrl;
  return (
    <SigningSecrets
      title="Public keys"
      foot={
        <>
          They sign callbacks to URLs beside the secrets.
          {url && ' Receivers verify by this page, and need nothing else:'}
          {url && (
            <span className="mt-0.5 flex min-w-0 items-center gap-1.5">
              <a href={url} className="min-w-0 font-mono break-all underline">
                {url}
              </a>
              <CopyButton text={url} label="Copy the address of the public keys" />
            </span>
          )}
        </>
      }
      what="key"
      none={{
        text: 'Callbacks to URLs are signed by the secrets alone.',
        make: 'Turn on',
        title: 'Turn on public keys',
        effect:
          'From now on callbacks to URLs are signed by a key pair too, beside the secret. Receivers read its public half from the page of keys, and need nothing else.',
      }}
      query={query}
      mayWrite={useIsOwner()}
      rotate={(overlapSeconds) => rotate.mutateAsync({ overlapSeconds })}
      reveal={() => Promise.reject(new Error('the private half of a key is never shown'))}
      end={(secretId) => end.mutateAsync({ secretId })}
    />
  );
}
