'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import type { RunDetail } from '#src/contract/run/run-view.ts';
import { useLiveRefresh } from '#src/ui/data/live/use-live.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { buttonClass } from '#src/ui/parts/form/button.tsx';
import { Banner } from '#src/ui/parts/page/banner.tsx';
import { NoSuch } from '#src/ui/parts/page/no-such.tsx';
import { Skeleton } from '#src/ui/parts/page/skeleton.tsx';
import { TabTitle } from '#src/ui/parts/page/tab-title.tsx';
import { TopBar } from '#src/ui/shell/bar/top-bar.tsx';
import { PageBody } from '#src/ui/shell/page-body.tsx';
import { stateLook } from '#src/ui/words/state-look.ts';
import { RunFacts } from './run-facts.tsx';
import { RunHead } from './run-head.tsx';
import { RunValues } from './run-values.tsx';
import { RunWaterfall } from './run-waterfall.tsx';

const pollMs = 1_000;
/** Poll interval for an ended run. Only its payload and its result can still go. */
const calmMs = 60_000;

/** Page of one run: its state, all its turns and steps on one axis, and what it was given and made. */
export function RunPage({ id }: { id: string }) {
  const trpc = useTRPC();
  const queryKey = trpc.runs.get.queryKey({ id });
  const liveMs = useLiveRefresh([`run:${id}`], [{ queryKey }], pollMs);
  const query = useQuery(
    trpc.runs.get.queryOptions(
      { id },
      { refetchInterval: ({ state }) => (state.data?.endedAt === null ? liveMs : calmMs) },
    ),
  );
  return (
    <>
      <TopBar>
        <Link href="/runs" prefetch={false} className="text-fg-muted hover:text-fg">
          Runs
        </Link>
        <span className="text-fg-subtle" aria-hidden>
          /
        </span>
        <span className="truncate font-mono text-12 font-normal" aria-current="page">
          {id}
        </span>
      </TopBar>
      <PageBody capped>
        {query.data ? (
          <Loaded run={query.data} />
        ) : query.error ? (
          <NoSuch
            what="run"
            id={id}
            error={query.error}
            onRetry={() => void query.refetch()}
            list={{ href: '/runs', name: 'runs' }}
            gone="the run is older than the time that it is kept"
          />
        ) : (
          <RunSkeleton />
        )}
      </PageBody>
    </>
  );
}

function Loaded({ run }: { run: RunDetail }) {
  const lastTurn = run.turns.at(-1);
  return (
    <>
      <TabTitle parts={[stateLook(run.state).word.toLowerCase(), run.name]} />
      <RunHead run={run} />
      {run.error !== null && (
        <Banner
          tone="failed"
          action={
            lastTurn && (
              <Link href={`/jobs/${lastTurn.jobId}`} prefetch={false} className={buttonClass('default', 'small')}>
                Show the last turn
              </Link>
            )
          }
        >
          {run.error.message} <code className="text-fg-muted">{run.error.code}</code>
        </Banner>
      )}
      <RunFacts run={run} />
      <RunWaterfall run={run} />
      <RunValues run={run} />
    </>
  );
}

function RunSkeleton() {
  return (
    <div className="grid gap-4" aria-hidden>
      <div className="grid h-[62px] content-center gap-3">
        <Skeleton className="h-5 w-56" />
        <Skeleton className="w-96" />
      </div>
      <div className="card h-[66px]" />
      <div className="card h-[220px]" />
    </div>
  );
}
