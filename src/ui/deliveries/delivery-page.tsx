'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import Link from 'next/link';
import type { DeliveryView } from '#src/contract/event/delivery.ts';
import { useLiveRefresh } from '#src/ui/data/live/use-live.ts';
import { useMayWrite } from '#src/ui/data/project/use-me.ts';
import { problemOf } from '#src/ui/data/refusal.ts';
import { useNow } from '#src/ui/data/server-clock.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { Play, RotateCw } from '#src/ui/icons/icons.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import { useTryDeliveryNow } from '#src/ui/parts/job/use-try-now.ts';
import { toast } from '#src/ui/parts/overlay/toast.tsx';
import { Card } from '#src/ui/parts/page/card.tsx';
import { Failure } from '#src/ui/parts/page/failure.tsx';
import { Skeleton } from '#src/ui/parts/page/skeleton.tsx';
import { HeadersTable } from '#src/ui/parts/table/headers-table.tsx';
import { CopyButton } from '#src/ui/parts/text/copy-button.tsx';
import { StateMark } from '#src/ui/parts/text/state-mark.tsx';
import { TopBar } from '#src/ui/shell/bar/top-bar.tsx';
import { PageBody } from '#src/ui/shell/page-body.tsx';
import { mayResend } from '#src/ui/words/may-resend.ts';
import { waitsLong } from '#src/ui/words/waits.ts';
import { DeliveryFacts } from './delivery-facts.tsx';
import { TriesCard } from './tries-card.tsx';

const refreshMs = 2_000;
/** Poll interval for an ended delivery, which changes only when somebody sends it again. */
const calmMs = 15_000;

/** Page of one delivery: its state, each try with its answer, and the next try. */
export function DeliveryPage({ id }: { id: string }) {
  const trpc = useTRPC();
  const queryKey = trpc.deliveries.get.queryKey({ id });
  const liveMs = useLiveRefresh(['deliveries'], [{ queryKey }], refreshMs);
  const query = useQuery(
    trpc.deliveries.get.queryOptions(
      { id },
      { refetchInterval: ({ state }) => (state.data?.endedAt === null ? liveMs : calmMs) },
    ),
  );
  return (
    <>
      <TopBar>
        <Link href="/deliveries" className="text-fg-muted hover:text-fg">
          Deliveries
        </Link>
        <span className="text-fg-faint">/</span>
        <span className="truncate font-mono text-12">{id}</span>
      </TopBar>
      <PageBody capped>
        {query.data ? (
          <Loaded delivery={query.data} />
        ) : query.error ? (
          <div className="card">
            <Failure
              error={query.error}
              what={
                problemOf(query.error).code === 'not_found'
                  ? 'There is no such delivery in this project'
                  : 'The delivery could not be loaded'
              }
              onRetry={() => void query.refetch()}
            />
          </div>
        ) : (
          <div className="grid gap-4" aria-hidden>
            <div className="grid h-14 content-center gap-2">
              <Skeleton className="h-5 w-56" />
              <Skeleton className="w-96" />
            </div>
            <div className="card h-[66px]" />
            <div className="card h-[160px]" />
          </div>
        )}
      </PageBody>
    </>
  );
}

function Loaded({ delivery }: { delivery: DeliveryView }) {
  return (
    <>
      <Head delivery={delivery} />
      <DeliveryFacts delivery={delivery} />
      <TriesCard delivery={delivery} />
      <Card label="Headers of the delivery">
        <HeadersTable title="Headers of its own, besides the signature" headers={delivery.headers} />
      </Card>
    </>
  );
}

function Head({ delivery }: { delivery: DeliveryView }) {
  const mayWrite = useMayWrite();
  return (
    <div className="flex flex-wrap items-start gap-x-3 gap-y-2">
      <div className="min-w-0 flex-1">
        <h1 className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <span className="min-w-0 wrap-anywhere">{delivery.type}</span>
          <StateMark state={delivery.state} look="pill" />
        </h1>
        <p className="mt-1 font-mono text-12 wrap-anywhere text-fg-muted">{delivery.url}</p>
        <p className="mt-0.5 flex items-center gap-1.5 font-mono text-12 text-fg-subtle">
          <span className="min-w-0 wrap-anywhere">{delivery.eventId}</span>
          <CopyButton text={delivery.eventId} label="Copy the event's id, which is its webhook-id" />
        </p>
      </div>
      {mayWrite && mayResend(delivery) && <Resend delivery={delivery} />}
      {mayWrite && delivery.endedAt === null && <TryNow delivery={delivery} />}
    </div>
  );
}

function TryNow({ delivery }: { delivery: DeliveryView }) {
  const now = useNow(1_000);
  const { tryNow, busy } = useTryDeliveryNow(delivery.id);
  if (!busy && !waitsLong(delivery, now)) return null;
  return (
    <Button kind="primary" icon={Play} busy={busy} onClick={tryNow}>
      Try now
    </Button>
  );
}

function Resend({ delivery }: { delivery: DeliveryView }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const resend = useMutation(
    trpc.deliveries.resend.mutationOptions({
      onSuccess: () => {
        void queries.invalidateQueries(trpc.deliveries.pathFilter());
        toast({
          title: 'It is sent again',
          description: 'With the same webhook-id, and its schedule from the beginning.',
        });
      },
      onError: (error) =>
        toast({ tone: 'failure', title: 'It could not be sent again', description: problemOf(error).message }),
    }),
  );
  return (
    <Button kind="primary" icon={RotateCw} busy={resend.isPending} onClick={() => resend.mutate({ id: delivery.id })}>
      Send again
    </Button>
  );
}
