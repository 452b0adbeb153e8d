'use client';

import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { RotatedSecret, SecretInfo } from '#src/contract/endpoint/endpoint.ts';
import { Plus, RotateCw } from '#src/ui/icons/icons.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import { Card, CardFoot, CardHead } from '#src/ui/parts/page/card.tsx';
import { Failure } from '#src/ui/parts/page/failure.tsx';
import { Skeleton } from '#src/ui/parts/page/skeleton.tsx';
import { MadeSecretDialog } from './made-secret-dialog.tsx';
import { RotateDialog } from './rotate-dialog.tsx';
import { SecretRow } from './secret-row.tsx';

type Props = {
  title: string;
  /** Note under the list: what the secrets sign. */
  foot: ReactNode;
  /** What each is: a secret, or a key pair whose public half receivers read by themselves. */
  what?: 'secret' | 'key';
  /** What is said where there is none, the button that makes the first one, and what that does. */
  none?: { text: string; make: string; title: string; effect: string };
  /** Query of the secrets that sign now, newest first. */
  query: { data: { secrets: SecretInfo[] } | undefined; error: unknown; refetch: () => unknown };
  mayWrite: boolean;
  rotate: (overlapSeconds: number) => Promise<RotatedSecret>;
  reveal: (secretId: string) => Promise<{ secret: string }>;
  end: (secretId: string) => Promise<unknown>;
};

/** Lists the current signing secret, and the ones before it as long as they still sign. */
export function SigningSecrets({ title, foot, what = 'secret', none, query, mayWrite, rotate, reveal, end }: Props) {
  const [rotating, setRotating] = useState(false);
  const made = useMutation({ mutationFn: rotate, gcTime: 0, onSuccess: () => setRotating(false) });
  const isEmpty = query.data?.secrets.length === 0;
  return (
    <Card label={title} busy={!query.data && !query.error}>
      <CardHead title={title}>
        {mayWrite && query.data && (
          <Button kind="ghost" size="small" icon={isEmpty && none ? Plus : RotateCw} onClick={() => setRotating(true)}>
            {isEmpty && none ? `${none.make}…` : 'Rotate…'}
          </Button>
        )}
      </CardHead>
      {isEmpty && none ? (
        <p className="px-4 py-3 text-fg-muted">{none.text}</p>
      ) : query.data ? (
        <ul className="divide-y">
          {query.data.secrets.map((secret, index) => (
            <SecretRow
              key={secret.id}
              what={what}
              secret={secret}
              isNewest={index === 0}
              mayWrite={mayWrite}
              reveal={reveal}
              end={end}
            />
          ))}
        </ul>
      ) : query.error ? (
        <Failure error={query.error} what={`The ${what}s could not be loaded`} onRetry={() => void query.refetch()} />
      ) : (
        <div className="grid h-[70px] content-center gap-2 px-4" aria-hidden>
          <Skeleton className="w-48" />
          <Skeleton className="w-64" />
        </div>
      )}
      <CardFoot>{foot}</CardFoot>
      {rotating && (
        <RotateDialog
          what={what}
          {...(isEmpty && none && { first: none })}
          busy={made.isPending}
          error={made.error}
          onClose={() => {
            setRotating(false);
            made.reset();
          }}
          onRotate={(overlapSeconds) => made.mutate(overlapSeconds)}
        />
      )}
      {made.data && what === 'secret' && (
        <MadeSecretDialog title="The new secret" secret={made.data} onClose={() => made.reset()} />
      )}
    </Card>
  );
}
