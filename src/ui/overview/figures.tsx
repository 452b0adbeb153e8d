'use client';

import Link from 'next/link';
import type { ReactNode } from 'react';
import type { Overview, StatPoint } from '#src/contract/stats/stats.ts';
import { cappedText, changeText, countText, durationFigure, percentText } from '#src/ui/charts/figure-text.ts';
import { beforeText, jobsUrl, listTitle } from '#src/ui/charts/range.ts';
import { Sparkline } from '#src/ui/charts/sparkline.tsx';
import { tickText } from '#src/ui/charts/ticks.ts';
import { useNow } from '#src/ui/data/server-clock.ts';
import { Skeleton } from '#src/ui/parts/page/skeleton.tsx';
import { ageText, tookText } from '#src/ui/words/time-text.ts';

const strip =
  'card grid grid-cols-6 overflow-hidden max-[1281px]:grid-cols-3 max-sm:grid-cols-2 [&>*]:border-border max-[1281px]:[&>*:nth-child(n+4)]:border-t max-sm:[&>*:nth-child(3)]:border-t';

/** Shows the six figures of the range, each with its course and a link. */
export function Figures({ overview }: { overview: Overview }) {
  return (
    <section aria-label="Figures" className={strip}>
      <Ended overview={overview} />
      <SuccessRate overview={overview} />
      <Duration overview={overview} />
      <BacklogFigure overview={overview} />
      <OldestQueued overview={overview} />
      <Delivered overview={overview} />
    </section>
  );
}

export function FiguresSkeleton() {
  return (
    <div className={strip} aria-hidden>
      {['a', 'b', 'c', 'd', 'e', 'f'].map((key) => (
        <div key={key} className="grid h-[128px] content-start gap-3 border-l px-4 py-3 first:border-l-0">
          <Skeleton className="w-20" />
          <Skeleton className="w-28" />
          <Skeleton className="w-24" />
        </div>
      ))}
    </div>
  );
}

type FigureProps = {
  href: string;
  name: string;
  value: string;
  unit?: string;
  note: ReactNode;
  colour: string;
  course: readonly (number | null)[];
};

function Figure({ href, name, value, unit, note, colour, course }: FigureProps) {
  return (
    <Link
      href={href}
      prefetch={false}
      title={href.startsWith('/jobs?') || href === '/jobs' ? listTitle : undefined}
      className="grid min-w-0 border-l px-4 pt-3 first:border-l-0 hover:bg-hover max-[1281px]:[&:nth-child(4)]:border-l-0 max-sm:[&:nth-child(odd)]:border-l-0 max-sm:[&:nth-child(4)]:border-l"
    >
      <span className="text-12 leading-4 whitespace-nowrap text-fg-subtle">{name}</span>
      <span className="mt-1 text-28 font-semibold tracking-[-0.025em] whitespace-nowrap max-sm:text-20">
        {value}
        {unit && <small className="ml-0.5 text-14 font-medium tracking-normal text-fg-muted">{unit}</small>}
      </span>
      <span className="truncate text-12 leading-4 text-fg-muted">{note}</span>
      <span className="-mx-4 mt-1.5 block">
        <Sparkline values={course} colour={colour} />
      </span>
    </Link>
  );
}

const ended = ({ completed, failed, cancelled }: Pick<StatPoint, 'completed' | 'failed' | 'cancelled'>) =>
  completed + failed + cancelled;

function Ended({ overview: { totals, previous, points, range } }: { overview: Overview }) {
  const change = changeText(ended(totals), ended(previous));
  return (
    <Figure
      href={jobsUrl({})}
      name="Jobs ended"
      value={countText(ended(totals))}
      note={change ? `${change.text} on ${beforeText(range)}` : `${countText(totals.submitted)} submitted`}
      colour="var(--color-accent)"
      course={points.map(ended)}
    />
  );
}

function SuccessRate({ overview: { totals, previous, points } }: { overview: Overview }) {
  const rate = totals.successRate;
  const change = rate === null || previous.successRate === null ? null : (rate - previous.successRate) * 100;
  const note =
    change === null || Math.abs(change) < 0.05 ? (
      `${countText(totals.failed)} failed`
    ) : (
      <>
        <span className={change > 0 ? 'text-completed-text' : 'text-failed-text'}>
          {change > 0 ? '↑' : '↓'} {Math.abs(change).toFixed(1)}
        </span>{' '}
        points
      </>
    );
  return (
    <Figure
      href={jobsUrl({ state: 'failed' })}
      name="Success rate"
      {...(rate === null ? { value: '–' } : { value: percentText(rate), unit: '%' })}
      note={rate === null ? 'no job ended' : note}
      colour="var(--color-completed)"
      course={points.map((point) => {
        const all = point.completed + point.failed;
        return all === 0 ? null : point.completed / all;
      })}
    />
  );
}

function Duration({ overview: { totals, points } }: { overview: Overview }) {
  const { duration } = totals;
  return (
    <Figure
      href={jobsUrl({})}
      name="Duration, p95"
      {...(duration ? durationFigure(duration.p95) : { value: '–' })}
      note={duration ? `p50 ${tookText(duration.p50)}, p99 ${tookText(duration.p99)}` : 'no job ended'}
      colour="var(--color-accent)"
      course={points.map((point) => point.duration?.p95 ?? null)}
    />
  );
}

function BacklogFigure({ overview: { backlog, points } }: { overview: Overview }) {
  const waiting = {
    count: backlog.queued.count + backlog.retrying.count,
    capped: backlog.queued.capped || backlog.retrying.capped,
  };
  return (
    <Figure
      href={jobsUrl({ state: backlog.queued.count > 0 ? 'queued' : 'retrying' })}
      name="Backlog now"
      value={cappedText(waiting)}
      note={`${cappedText(backlog.retrying)} of them retrying`}
      colour="var(--color-queued)"
      course={points.map(({ queued, retrying }) => (queued === null ? null : queued + (retrying ?? 0)))}
    />
  );
}

function OldestQueued({ overview: { backlog, points, stepSeconds } }: { overview: Overview }) {
  const now = useNow(1_000);
  const since = backlog.oldestQueuedAt;
  const highest = points.reduce<StatPoint | null>(
    (most, point) => ((point.oldestQueuedMs ?? 0) > (most?.oldestQueuedMs ?? 0) ? point : most),
    null,
  );
  const [value = '', unit = ''] = since ? ageText(now - Date.parse(since)).split(' ') : ['none'];
  return (
    <Figure
      href={backlog.oldestQueuedJobId ? `/jobs/${backlog.oldestQueuedJobId}` : jobsUrl({ state: 'queued' })}
      name="Oldest queued"
      value={value}
      unit={unit}
      note={
        highest
          ? `highest ${tookText(highest.oldestQueuedMs ?? 0)} at ${tickText(highest.at, stepSeconds)}`
          : 'nothing waited'
      }
      colour="var(--color-retrying)"
      course={points.map(({ oldestQueuedMs }) => oldestQueuedMs)}
    />
  );
}

function Delivered({ overview: { totals, backlog, points } }: { overview: Overview }) {
  const rate = totals.deliveryRate;
  const took = totals.deliveryDuration ? `, p95 ${tookText(totals.deliveryDuration.p95)}` : '';
  return (
    <Figure
      href="/deliveries"
      name="Callbacks delivered"
      {...(rate === null ? { value: '–' } : { value: percentText(rate), unit: '%' })}
      note={`${cappedText(backlog.deliveries)} waiting${took}`}
      colour="var(--color-completed)"
      course={points.map(({ delivered, deliveriesFailed }) => {
        const all = delivered + deliveriesFailed;
        return all === 0 ? null : delivered / all;
      })}
    />
  );
}
