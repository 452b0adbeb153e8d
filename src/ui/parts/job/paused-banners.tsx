'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { PauseView } from '#src/contract/flow/pause-view.ts';
import { useMayWrite } from '#src/ui/data/project/use-me.ts';
import { problemOf } from '#src/ui/data/refusal.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import { toast } from '#src/ui/parts/overlay/toast.tsx';
import { Banner } from '#src/ui/parts/page/banner.tsx';
import { Lasting } from '#src/ui/parts/time/ago.tsx';

const refreshMs = 5_000;

/** Says what is paused, for how long, and how much waits for it, with a button that ends each pause. */
export function PausedBanners() {
  const trpc = useTRPC();
  const { data } = useQuery(trpc.pauses.list.queryOptions(undefined, { refetchInterval: refreshMs }));
  return data?.pauses.map((pause) => <PausedBanner key={pause.host ?? ''} pause={pause} />);
}

function PausedBanner({ pause: { host, since, waiting } }: { pause: PauseView }) {
  const mayWrite = useMayWrite();
  const trpc = useTRPC();
  const queries = useQueryClient();
  const end = useMutation(
    trpc.pauses.end.mutationOptions({
      onSuccess: (pauses) => {
        queries.setQueryData(trpc.pauses.list.queryKey(), pauses);
        toast({ title: host === null ? 'The project goes on' : `${host} gets requests again` });
      },
      onError: (error) =>
        toast({ tone: 'failure', title: 'It is still paused', description: problemOf(error).message }),
    }),
  );
  const count = `${waiting.count.toLocaleString('en-US')}${waiting.capped ? '+' : ''}`;
  return (
    <Banner
      tone="retrying"
      action={
        mayWrite && (
          <Button size="small" busy={end.isPending} onClick={() => end.mutate(host === null ? {} : { host })}>
            Resume
          </Button>
        )
      }
    >
      <b>{host === null ? 'The project is paused' : `${host} is paused`}</b>, for <Lasting since={since} /> so far. Jobs
      are accepted and wait
      {waiting.count > 0 && `: ${count} ${count === '1' ? 'is' : 'are'} due, and those in flows`}.
    </Banner>
  );
}
