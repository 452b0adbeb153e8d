'use client';

import Link from 'next/link';
import type { RunDetail } from '#src/contract/run/run-view.ts';
import { useMayWrite } from '#src/ui/data/project/use-me.ts';
import { CopyButton } from '#src/ui/parts/text/copy-button.tsx';
import { StateMark } from '#src/ui/parts/text/state-mark.tsx';
import { Tag } from '#src/ui/parts/text/tag.tsx';
import { runsUrl } from '#src/ui/words/run-words.ts';
import { CancelRunButton } from './cancel-run-button.tsx';

/** Shows the state and the route of a run, its ids and labels, and what can be done with it. */
export function RunHead({ run }: { run: RunDetail }) {
  const mayWrite = useMayWrite();
  return (
    <header className="grid grid-cols-[minmax(0,1fr)_auto] items-start gap-x-4 gap-y-1.5 max-sm:grid-cols-1">
      <h1 className="flex min-w-0 items-start gap-x-2.5 gap-y-1 pt-1 text-16 leading-6 tracking-[-0.01em] max-sm:flex-wrap">
        {/* The mark is as wide in every state as in the widest one: the name must not move. */}
        <StateMark state={run.state} look="pill" className="min-w-[108px] justify-center" />
        <span className="min-w-0 wrap-anywhere">{run.name}</span>
      </h1>
      {mayWrite && run.endedAt === null && <CancelRunButton run={run} />}
      <div className="col-span-full flex flex-wrap items-center gap-x-3.5 gap-y-1 text-12 text-fg-subtle">
        <span className="inline-flex items-center gap-1.5 font-mono text-fg-muted">
          <span className="wrap-anywhere">{run.id}</span>
          <CopyButton text={run.id} label="Copy the run's id" />
        </span>
        <span className="min-w-0 font-mono wrap-anywhere">{run.url}</span>
        {run.labels.length > 0 && (
          <span className="flex min-w-0 flex-wrap gap-1">
            {run.labels.map((label) => (
              <Link key={label} href={runsUrl({ label })} prefetch={false} className="min-w-0">
                <Tag>{label}</Tag>
              </Link>
            ))}
          </span>
        )}
        {run.idempotencyKey !== null && (
          <span>
            Idempotency key <span className="font-mono wrap-anywhere text-fg-muted">{run.idempotencyKey}</span>
          </span>
        )}
      </div>
    </header>
  );
}
