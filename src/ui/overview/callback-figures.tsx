'use client';

import type { Overview, StatPoint } from '#src/contract/stats/stats.ts';
import { cappedText, changeText, countText, durationFigure, percentText } from '#src/ui/charts/figure-text.ts';
import { beforeText, deliveriesUrlOf, limitsOf } from '#src/ui/charts/range.ts';
import { tickText } from '#src/ui/charts/ticks.ts';
import { useNow } from '#src/ui/data/server-clock.ts';
import { useTimes } from '#src/ui/parts/time/times.tsx';
import { ageText, tookText } from '#src/ui/words/time-text.ts';
import { Figure, FigureStrip } from './figure.tsx';

type Props = { overview: Overview };

/** Shows how the callbacks of the range did: what arrived, how fast, and what waits. */
export function CallbackFigures({ overview }: Props) {
  return (
    <FigureStrip label="Callbacks">
      <Arrived overview={overview} />
      <Success overview={overview} />
      <Latency overview={overview} />
      <Waiting overview={overview} />
      <OldestWaiting overview={overview} />
    </FigureStrip>
  );
}

function Arrived({ overview }: Props) {
  const { totals, previous, points, range } = overview;
  const change = changeText(totals.delivered, previous.delivered);
  return (
    <Figure
      href={deliveriesUrlOf({ state: 'delivered' }, limitsOf(overview))}
      name="Arrived"
      value={countText(totals.delivered)}
      note={change ? `${change.text} on ${beforeText(range)}` : `${countText(totals.deliveriesFailed)} given up`}
      colour="var(--color-accent)"
      course={points.map(({ delivered }) => delivered)}
    />
  );
}

/** Of all that ended in the range or waits now, the share that arrived. A rate of the ended alone would hide what waits. */
function Success({ overview }: Props) {
  const { totals, backlog, points } = overview;
  const all = totals.delivered + totals.deliveriesFailed + backlog.deliveries.count;
  return (
    <Figure
      href={deliveriesUrlOf({ state: 'failed' }, limitsOf(overview))}
      name="Success, with waiting"
      {...(all === 0 ? { value: '–' } : { value: percentText(totals.delivered / all), unit: '%' })}
      note={`${countText(totals.deliveriesFailed)} given up, ${cappedText(backlog.deliveries)} waiting`}
      colour="var(--color-completed)"
      course={points.map(({ delivered, deliveriesFailed, deliveriesWaiting }) => {
        const counted = delivered + deliveriesFailed + (deliveriesWaiting ?? 0);
        return counted === 0 ? null : delivered / counted;
      })}
    />
  );
}

function Latency({ overview }: Props) {
  const { totals, points } = overview;
  const took = totals.deliveryDuration;
  return (
    <Figure
      href={deliveriesUrlOf({ state: 'delivered' }, limitsOf(overview))}
      name="Latency, p95"
      {...(took ? durationFigure(took.p95) : { value: '–' })}
      note={took ? `p50 ${tookText(took.p50)}, p99 ${tookText(took.p99)}` : 'none arrived'}
      colour="var(--color-accent)"
      course={points.map(({ deliveryDuration }) => deliveryDuration?.p95 ?? null)}
    />
  );
}

function Waiting({ overview: { backlog, points } }: Props) {
  return (
    <Figure
      href={deliveriesUrlOf({ state: 'waiting' })}
      name="Waiting now"
      value={cappedText(backlog.deliveries)}
      note={`${cappedText(backlog.deliveriesRetrying)} of them after a failure`}
      colour="var(--color-queued)"
      course={points.map(({ deliveriesWaiting }) => deliveriesWaiting)}
    />
  );
}

function OldestWaiting({ overview: { backlog, points, stepSeconds } }: Props) {
  const now = useNow(1_000);
  const { zone } = useTimes();
  const { oldestDeliveryAt: since, oldestDeliveryId: id } = backlog;
  const highest = points.reduce<StatPoint | null>(
    (most, point) => ((point.oldestDeliveryMs ?? 0) > (most?.oldestDeliveryMs ?? 0) ? point : most),
    null,
  );
  const [value = '', unit = ''] = since ? ageText(now - Date.parse(since)).split(' ') : ['none'];
  return (
    <Figure
      href={id ? `/deliveries/${id}` : deliveriesUrlOf({ state: 'waiting' })}
      name="Oldest waiting"
      value={value}
      unit={unit}
      note={
        highest
          ? `highest ${tookText(highest.oldestDeliveryMs ?? 0)} at ${tickText(highest.at, stepSeconds, zone)}`
          : 'nothing waited'
      }
      colour="var(--color-retrying)"
      course={points.map(({ oldestDeliveryMs }) => oldestDeliveryMs)}
    />
  );
}
