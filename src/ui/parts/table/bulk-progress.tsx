'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import Link from 'next/link';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { Square } from '#src/ui/icons/icons.ts';
import { Button, buttonClass } from '#src/ui/parts/form/button.tsx';
import { ProgressBar } from '#src/ui/parts/page/progress-bar.tsx';
import { kindText, reasonsText } from '#src/ui/words/operation-words.ts';
import { Bar } from './bar.tsx';

const refreshMs = 500;

/** Shows a running operation in place of the bulk bar: its progress, a stop button, and at the end its result. */
export function BulkProgress({ id, onClose }: { id: string; onClose: () => void }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const operation = useQuery(
    trpc.operations.get.queryOptions(
      { id },
      { refetchInterval: ({ state }) => (!state.data || state.data.state === 'running' ? refreshMs : false) },
    ),
  ).data;
  const stop = useMutation(
    trpc.operations.stop.mutationOptions({
      onSuccess: (answer) => queries.setQueryData(trpc.operations.get.queryKey({ id }), answer),
    }),
  );
  const running = !operation || operation.state === 'running';
  const total = Math.max(operation?.total ?? 0, (operation?.done ?? 0) + (operation?.failed ?? 0));
  return (
    <Bar label="Progress">
      <b className="px-1 font-medium whitespace-nowrap">{operation ? kindText(operation.kind) : 'Starting'}</b>
      <ProgressBar
        label="How many are done"
        total={total}
        parts={[
          { value: operation?.done ?? 0, tone: running ? 'accent' : 'completed' },
          { value: operation?.failed ?? 0, tone: 'failed' },
        ]}
        className="w-40"
      />
      <span role="status" className="text-12 whitespace-nowrap text-fg-muted">
        {operation && `${operation.done} of ${total}${operation.totalCapped ? '+' : ''}`}
        {operation && operation.failed > 0 && `, ${operation.failed} left out${reasonsText(operation)}`}
        {operation && !running && (operation.state === 'stopped' ? ', stopped' : ', done')}
      </span>
      {running ? (
        <Button size="small" icon={Square} busy={stop.isPending} onClick={() => stop.mutate({ id })}>
          Stop
        </Button>
      ) : (
        <Button size="small" kind="primary" onClick={onClose}>
          Close
        </Button>
      )}
      <Link href="/operations" className={buttonClass('ghost', 'small')}>
        Details
      </Link>
    </Bar>
  );
}
