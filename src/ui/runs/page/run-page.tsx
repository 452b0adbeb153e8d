'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import type { RunDetail } from '#src/contract/run/run-view.ts';
import { useLiveRefresh } from '#src/ui/data/live/use-live.ts';
import { problemOf } from '#src/ui/data/refusal.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { buttonClass } from '#src/ui/parts/form/button.tsx';
import { Banner } from '#src/ui/parts/page/banner.tsx';
import { Failure } from '#src/ui/parts/page/failure.tsx';
import { Skeleton } from '#src/ui/parts/page/skeleton.tsx';
import { TopBar } from '#src/ui/shell/bar/top-bar.tsx';
import { PageBody } from '#src/ui/shell/page-body.tsx';
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
          <NoSuchRun id={id} error={query.error} onRetry={() => void query.refetch()} />
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

type NoSuchRunProps = { id: string; error: unknown; onRetry: () => void };

function NoSuchRun({ id, error, onRetry }: NoSuchRunProps) {
  const { code } = problemOf(error);
  if (code !== 'not_found' && code !== 'invalid_input') {
    return (
      <section className="card" aria-label="Run">
        <Failure error={error} what="The run could not be loaded" onRetry={onRetry} />
      </section>
    );
  }
  return (
    <section className="card grid justify-items-center gap-1.5 px-6 py-9 text-center" aria-label="Run">
      <h1>There is no such run</h1>
      <p className="max-w-[60ch] text-balance wrap-anywhere text-fg-muted">
        No run <code>{id.slice(0, 200)}</code> exists in this project. It may belong to another project, its id may be
        cut short, or the run is older than the time that it is kept.
      </p>
      <Link href="/runs" prefetch={false} className={`${buttonClass()} mt-2.5`}>
        Show all runs
      </Link>
    </section>
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
