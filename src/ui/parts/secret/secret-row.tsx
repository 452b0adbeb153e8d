'use client';

import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { SecretInfo } from '#src/contract/endpoint/endpoint.ts';
import { useNow } from '#src/ui/data/server-clock.ts';
import { Eye } from '#src/ui/icons/icons.ts';
import { MaskedText } from '#src/ui/parts/body/masked-text.tsx';
import { Button } from '#src/ui/parts/form/button.tsx';
import { ConfirmDialog } from '#src/ui/parts/overlay/confirm-dialog.tsx';
import { ProgressBar } from '#src/ui/parts/page/progress-bar.tsx';
import { DateAndTime } from '#src/ui/parts/time/clock.tsx';
import { leftText } from '#src/ui/words/time-text.ts';
import { MadeSecretDialog } from './made-secret-dialog.tsx';

type Props = {
  what: 'secret' | 'key';
  secret: SecretInfo;
  isNewest: boolean;
  mayWrite: boolean;
  /** Returns the secret's value, once. */
  reveal: (secretId: string) => Promise<{ secret: string }>;
  end: (secretId: string) => Promise<unknown>;
};

/** Shows a signing secret in use: since when it signs, how long it still signs, and its actions. */
export function SecretRow({ what, secret, isNewest, mayWrite, ...does }: Props) {
  const [asked, setAsked] = useState<'reveal' | 'end' | null>(null);
  const reveal = useMutation({ mutationFn: does.reveal, gcTime: 0 });
  const end = useMutation({ mutationFn: does.end, onSuccess: () => setAsked(null) });
  const close = (open: boolean) => {
    if (!open) setAsked(null);
  };
  return (
    <li className="grid grid-cols-[minmax(0,1fr)] gap-1.5 px-4 py-3">
      <div className="flex min-h-7 flex-wrap items-center gap-2">
        <span className="flex flex-1 items-center gap-1.5 font-mono text-12 whitespace-nowrap">
          <MaskedText
            text={`${secret.kind === 'v1' ? 'whsec_' : 'whsk_'}********${secret.hint ?? ''}`}
            reason={what === 'key' ? 'The private half of a key pair' : 'A signing secret'}
          />
        </span>
        <span className="ml-auto flex gap-2">
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
        </span>
      </div>
      <p className="text-12 text-fg-muted">
        {isNewest ? (
          <>
            Current, signs since <DateAndTime at={secret.createdAt} />
          </>
        ) : (
          'Previous, still signs beside the current one'
        )}
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
        onConfirm={() => reveal.mutate(secret.id)}
      />
      {asked === 'reveal' && reveal.data && (
        <MadeSecretDialog
          title="The signing secret"
          secret={{ signing: 'v1', secret: reveal.data.secret }}
          isLast
          onClose={() => {
            setAsked(null);
            reveal.reset();
          }}
        />
      )}
      <ConfirmDialog
        open={asked === 'end'}
        onOpenChange={close}
        title={`End the previous ${what} now?`}
        effect="Receivers that have not changed over refuse every delivery from then on."
        confirm="End it now"
        keep="Keep it until its end"
        busy={end.isPending}
        error={end.error}
        onConfirm={() => end.mutate(secret.id)}
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
        <span className="font-medium">
          until <DateAndTime at={expiresAt} />
        </span>
        <span className="text-fg-muted">{leftMs > 0 ? `${leftText(leftMs)} left` : 'ended'}</span>
      </div>
      <ProgressBar label="Overlap left" total={wholeMs} parts={[{ value: leftMs }]} className="h-1!" />
    </>
  );
}
