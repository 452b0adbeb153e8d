'use client';

import { useMutation, useQuery } from '@tanstack/react-query';
import type { DeliverySelection } from '#src/contract/event/delivery-filter.ts';
import { defaultPerSecond } from '#src/contract/job/operation.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { ConfirmDialog } from '#src/ui/parts/overlay/confirm-dialog.tsx';
import { stateLook } from '#src/ui/words/state-look.ts';
import { leftText } from '#src/ui/words/time-text.ts';

type Props = {
  deliveries: DeliverySelection;
  onClose: () => void;
  onStarted: (operationId: string) => void;
};

const sentAgain = ['failed', 'skipped', 'delivered'] as const;

/** Asks before many deliveries are sent again: how many of which state, and how long it takes. */
export function ResendDialog({ deliveries, onClose, onStarted }: Props) {
  const trpc = useTRPC();
  const { state, ...others } = deliveries.filter ?? {};
  const counted = useQuery(
    trpc.deliveries.counts.queryOptions(others, { enabled: deliveries.filter !== undefined, staleTime: 0 }),
  ).data;
  const start = useMutation(
    trpc.deliveries.resendMany.mutationOptions({ onSuccess: ({ id }: { id: string }) => onStarted(id) }),
  );
  const asked = state === undefined ? null : [state].flat();
  const parts = sentAgain
    .filter((one) => asked === null || asked.includes(one))
    .map((one) => ({
      state: one,
      count: counted?.counts[one].count ?? 0,
      capped: counted?.counts[one].capped ?? false,
    }));
  const total = deliveries.ids?.length ?? parts.reduce((sum, { count }) => sum + count, 0);
  const capped = deliveries.ids === undefined && (counted === undefined || parts.some((part) => part.capped));
  const words = `${total.toLocaleString('en-US')}${capped ? '+' : ''} ${total === 1 ? 'delivery' : 'deliveries'}`;
  const byState = parts
    .filter(({ count }) => count > 0)
    .map(
      (part) =>
        `${part.count.toLocaleString('en-US')}${part.capped ? '+' : ''} ${stateLook(part.state).word.toLowerCase()}`,
    )
    .join(', ');
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Send ${words} again?`}
      effect={
        <>
          {byState && <>{byState}. </>}
          Each goes with its own webhook-id, so that receivers which remember ids handle it once. At {defaultPerSecond}{' '}
          a second that takes {capped ? 'at least' : 'about'} {leftText((total / defaultPerSecond) * 1_000)}. Those that
          have not ended, or whose endpoint is disabled, are left out and counted.
        </>
      }
      confirm={`Send ${words} again`}
      keep="Not now"
      harmless
      busy={start.isPending}
      error={start.error}
      onConfirm={() => start.mutate({ deliveries })}
    />
  );
}
