'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Eye, RotateCw } from 'lucide-react';
import { useState } from 'react';
import type { RotatedSecret, SecretInfo } from '#src/contract/endpoint.ts';
import { useNow } from '#src/ui/data/server-clock.ts';
import { useTRPC } from '#src/ui/data/trpc.ts';
import { useMayWrite } from '#src/ui/data/use-me.ts';
import { Button } from '#src/ui/parts/button.tsx';
import { Card, CardFoot, CardHead } from '#src/ui/parts/card.tsx';
import { ConfirmDialog } from '#src/ui/parts/confirm-dialog.tsx';
import { Failure } from '#src/ui/parts/failure.tsx';
import { MaskedText } from '#src/ui/parts/masked-text.tsx';
import { ProgressBar } from '#src/ui/parts/progress-bar.tsx';
import { Skeleton } from '#src/ui/parts/skeleton.tsx';
import { dateTimeText, leftText } from '#src/ui/words/time-text.ts';
import { MadeSecretDialog } from './made-secret-dialog.tsx';
import { RotateDialog } from './rotate-dialog.tsx';

const refreshMs = 10_000;

/** What signs: the current secret, and those before it for as long as they still do. */
export function SecretsCard({ endpointId }: { endpointId: string }) {
  const trpc = useTRPC();
  const mayWrite = useMayWrite();
  const [rotating, setRotating] = useState(false);
  const [made, setMade] = useState<RotatedSecret | null>(null);
  const query = useQuery(trpc.endpoints.secrets.queryOptions({ id: endpointId }, { refetchInterval: refreshMs }));
  const queries = useQueryClient();
  const rotate = useMutation(
    trpc.endpoints.rotateSecret.mutationOptions({
      onSuccess: (answer) => {
        queries.setQueryData(trpc.endpoints.secrets.queryKey({ id: endpointId }), { secrets: answer.secrets });
        setRotating(false);
        setMade(answer);
      },
    }),
  );
  return (
    <Card label="Signing secrets" busy={query.isPending}>
      <CardHead title="Signing secrets">
        {mayWrite && (
          <Button kind="ghost" size="small" icon={RotateCw} onClick={() => setRotating(true)}>
            Rotate…
          </Button>
        )}
      </CardHead>
      {query.data ? (
        <ul className="divide-y">
          {query.data.secrets.map((secret, index) => (
            <SecretRow
              key={secret.id}
              endpointId={endpointId}
              secret={secret}
              isNewest={index === 0}
              mayWrite={mayWrite}
            />
          ))}
        </ul>
      ) : query.error ? (
        <Failure error={query.error} what="The secrets could not be loaded" onRetry={() => void query.refetch()} />
      ) : (
        <div className="grid h-[70px] content-center gap-2 px-4" aria-hidden>
          <Skeleton className="w-48" />
          <Skeleton className="w-64" />
        </div>
      )}
      <CardFoot>Every live secret signs each delivery, so receivers can change over without a gap.</CardFoot>
      {rotating && (
        <RotateDialog
          what="the signing secret"
          busy={rotate.isPending}
          error={rotate.error}
          onClose={() => setRotating(false)}
          onRotate={(overlapSeconds) => rotate.mutate({ id: endpointId, overlapSeconds })}
        />
      )}
      {made && <MadeSecretDialog title="The new secret" secret={made} onClose={() => setMade(null)} />}
    </Card>
  );
}

type RowProps = { endpointId: string; secret: SecretInfo; isNewest: boolean; mayWrite: boolean };

function SecretRow({ endpointId, secret, isNewest, mayWrite }: RowProps) {
  const [asked, setAsked] = useState<'reveal' | 'end' | null>(null);
  const trpc = useTRPC();
  const queries = useQueryClient();
  const refresh = () => queries.invalidateQueries(trpc.endpoints.secrets.queryFilter({ id: endpointId }));
  const reveal = useMutation(trpc.endpoints.revealSecret.mutationOptions({ onSuccess: refresh, gcTime: 0 }));
  const end = useMutation(
    trpc.endpoints.endSecret.mutationOptions({
      onSuccess: () => {
        void refresh();
        setAsked(null);
      },
    }),
  );
  const close = (open: boolean) => {
    if (!open) setAsked(null);
  };
  return (
    <li className="grid gap-1.5 px-4 py-3">
      <div className="flex min-h-7 items-center gap-2">
        <span className="flex min-w-0 flex-1 items-center gap-1.5 font-mono text-12">
          <MaskedText
            text={`${secret.kind === 'v1' ? 'whsec_' : 'whsk_'}********${secret.hint ?? ''}`}
            reason="A signing secret"
          />
        </span>
        {mayWrite && secret.revealable && (
          <Button kind="ghost" size="small" icon={Eye} onClick={() => setAsked('reveal')}>
            Reveal
          </Button>
        )}
        {mayWrite && !isNewest && (
          <Button kind="danger" size="small" onClick={() => setAsked('end')}>
            End now
          </Button>
        )}
      </div>
      <p className="text-12 text-fg-muted">
        {isNewest
          ? `Current, signs since ${dateTimeText(secret.createdAt)} UTC`
          : 'Previous, still signs beside the current one'}
      </p>
      {secret.expiresAt && <Overlap secret={secret} expiresAt={secret.expiresAt} />}
      <ConfirmDialog
        open={asked === 'reveal' && !reveal.data}
        onOpenChange={close}
        title="Reveal this secret?"
        effect="It can be revealed once after its making, and the audit log records that you did."
        confirm="Reveal it"
        keep="Leave it hidden"
        harmless
        busy={reveal.isPending}
        error={reveal.error}
        onConfirm={() => reveal.mutate({ id: endpointId, secretId: secret.id })}
      />
      {asked === 'reveal' && reveal.data && (
        <MadeSecretDialog
          title="The signing secret"
          secret={{ signing: 'v1', secret: reveal.data.secret }}
          onClose={() => {
            setAsked(null);
            reveal.reset();
          }}
        />
      )}
      <ConfirmDialog
        open={asked === 'end'}
        onOpenChange={close}
        title="End the previous secret now?"
        effect="Receivers that have not changed over refuse every delivery from then on."
        confirm="End it now"
        keep="Keep it until its end"
        busy={end.isPending}
        error={end.error}
        onConfirm={() => end.mutate({ id: endpointId, secretId: secret.id })}
      />
    </li>
  );
}

function Overlap({ secret, expiresAt }: { secret: SecretInfo; expiresAt: string }) {
  const now = useNow(1_000);
  const leftMs = Math.max(0, Date.parse(expiresAt) - now);
  const wholeMs = Math.max(1, Date.parse(expiresAt) - Date.parse(secret.createdAt));
  return (
    <>
      <div className="flex justify-between gap-2 text-12">
        <span className="font-medium">until {dateTimeText(expiresAt)} UTC</span>
        <span className="text-fg-muted">{leftMs > 0 ? `${leftText(leftMs)} left` : 'ended'}</span>
      </div>
      <ProgressBar label="Overlap left" total={wholeMs} parts={[{ value: leftMs }]} className="h-1!" />
    </>
  );
}
