'use client';

import type { Overview, StatPoint } from '#src/contract/stats/stats.ts';
import { cappedText, changeText, countText, durationFigure, percentText } from '#src/ui/charts/figure-text.ts';
import { beforeText, jobsUrl, limitsOf } from '#src/ui/charts/range.ts';
import { tickText } from '#src/ui/charts/ticks.ts';
import { useNow } from '#src/ui/data/server-clock.ts';
import { useTimes } from '#src/ui/parts/time/times.tsx';
import { ageText, tookText } from '#src/ui/words/time-text.ts';
import { Figure, FigureStrip } from './figure.tsx';

/** Shows the figures of the range's jobs, each with its course and a link. */
export function JobFigures({ overview }: { overview: Overview }) {
  return (
    <FigureStrip label="Jobs">
      <Ended overview={overview} />
      <SuccessRate overview={overview} />
      <Duration overview={overview} />
      <BacklogFigure overview={overview} />
      <OldestQueued overview={overview} />
    </FigureStrip>
  );
}

const ended = ({ completed, failed, cancelled }: Pick<StatPoint, 'completed' | 'failed' | 'cancelled'>) =>
  completed + failed + cancelled;

function Ended({ overview }: { overview: Overview }) {
  const { totals, previous, points, range } = overview;
  const change = changeText(ended(totals), ended(previous));
  return (
    <Figure
      href={jobsUrl({}, limitsOf(overview))}
      name="Jobs ended"
      value={countText(ended(totals))}
      note={change ? `${change.text} on ${beforeText(range)}` : `${countText(totals.submitted)} submitted`}
      colour="var(--color-accent)"
      course={points.map(ended)}
    />
  );
}

function SuccessRate({ overview }: { overview: Overview }) {
  const { totals, previous, points } = overview;
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
      href={jobsUrl({ state: 'failed' }, limitsOf(overview))}
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

function Duration({ overview }: { overview: Overview }) {
  const { totals, points } = overview;
  const { duration } = totals;
  return (
    <Figure
      href={jobsUrl({}, limitsOf(overview))}
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
      note={[
        `${cappedText(backlog.retrying)} of them retrying`,
        ...(backlog.paused.count > 0 ? [`${cappedText(backlog.paused)} paused`] : []),
      ].join(', ')}
      colour="var(--color-queued)"
      course={points.map(({ queued, retrying }) => (queued === null ? null : queued + (retrying ?? 0)))}
    />
  );
}

function OldestQueued({ overview: { backlog, points, stepSeconds } }: { overview: Overview }) {
  const now = useNow(1_000);
  const { zone } = useTimes();
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
          ? `highest ${tookText(highest.oldestQueuedMs ?? 0)} at ${tickText(highest.at, stepSeconds, zone)}`
          : 'nothing waited'
      }
      colour="var(--color-retrying)"
      course={points.map(({ oldestQueuedMs }) => oldestQueuedMs)}
    />
  );
}
