'use client';

import Link from 'next/link';
import { type ReactNode, useEffect, useState } from 'react';
import type { Alert, CappedCount } from '#src/contract/stats/stats.ts';
import { cappedText } from '#src/ui/charts/figure-text.ts';
import { jobsUrl } from '#src/ui/charts/range.ts';
import { useMe } from '#src/ui/data/project/use-me.ts';
import { X } from '#src/ui/icons/icons.ts';
import { Button, buttonClass } from '#src/ui/parts/form/button.tsx';
import { Banner } from '#src/ui/parts/page/banner.tsx';
import { Ago } from '#src/ui/parts/text/ago.tsx';

/** Dismissed alerts, kept as long as this document is open: leaving the page must not bring them back. */
let putAway: ReadonlySet<string> = new Set();

/**
 * Shows the alerts that need a person now. An alert that exists when the page opens has its place in the page. A later
 * alert lies over the page, and an alert that is over keeps its place until the next visit: the page must not move
 * under the pointer. A dismissed alert comes back when it happens again.
 */
export function Alerts({ alerts, children }: { alerts: readonly Alert[]; children: ReactNode }) {
  const projectId = useMe().data?.project.id ?? '';
  const [early] = useState(alerts);
  const [away, setAway] = useState(putAway);
  const nameOf = (alert: Alert) => `${projectId} ${keyOf(alert)}`;
  const isAway = (alert: Alert) => away.has(nameOf(alert));
  useEffect(() => {
    // A growing backlog has no id. A dismissed alert comes back once the backlog has been gone in between.
    const name = `${projectId} backlog_growing`;
    if (!alerts.some(({ kind }) => kind === 'backlog_growing')) putAway = without(putAway, name);
    setAway(putAway);
  }, [alerts, projectId]);
  const close = (alert: Alert) => {
    putAway = new Set([...putAway, nameOf(alert)]);
    setAway(putAway);
  };
  const places = new Set(early.map(placeOf));
  const late = alerts.filter((alert) => !places.has(placeOf(alert)) && !isAway(alert));
  return (
    <div className="relative grid min-w-0 grid-cols-[minmax(0,1fr)] gap-4 max-sm:gap-3">
      {early.map((first) => {
        const now = alerts.find((alert) => placeOf(alert) === placeOf(first));
        if (isAway(now ?? first)) return null;
        return now ? (
          <AlertBanner key={placeOf(first)} alert={now} onClose={() => close(now)} />
        ) : (
          <Over key={placeOf(first)} alert={first} />
        );
      })}
      {late.length > 0 && (
        <div className="pointer-events-none absolute inset-0 z-10">
          <div className="pointer-events-auto sticky top-14 grid gap-2">
            {late.map((alert) => (
              <div key={placeOf(alert)} className="rounded-card bg-raised shadow-3">
                <AlertBanner alert={alert} late onClose={() => close(alert)} />
              </div>
            ))}
          </div>
        </div>
      )}
      {children}
    </div>
  );
}

function without(set: ReadonlySet<string>, name: string): ReadonlySet<string> {
  return new Set([...set].filter((each) => each !== name));
}

/** Returns the place of an alert. Each kind of alert has one place, and so has each disabled endpoint. */
function placeOf(alert: Alert): string {
  return alert.kind === 'endpoint_disabled' ? `${alert.kind} ${alert.endpointId}` : alert.kind;
}

function keyOf(alert: Alert): string {
  if (alert.kind === 'endpoint_disabled') return `${alert.kind} ${alert.endpointId} ${alert.at}`;
  return alert.kind === 'backlog_growing' ? alert.kind : `${alert.kind} ${alert.since}`;
}

/** Shows that an alert is over, in the place of its banner. */
function Over({ alert }: { alert: Alert }) {
  const words = {
    no_workers: 'Workers are alive again.',
    egress_down: 'What is outside can be reached again.',
    endpoint_disabled: `Endpoint ${alert.kind === 'endpoint_disabled' ? alert.name : ''} is no longer disabled.`,
    backlog_growing: 'The backlog no longer grows.',
  };
  return (
    <p className="flex min-h-10 items-center rounded-card border px-3 text-fg-subtle wrap-anywhere">
      {words[alert.kind]}
    </p>
  );
}

type BannerProps = {
  alert: Alert;
  /** True if the banner lies over the page. Such a banner can always be dismissed. */
  late?: boolean;
  onClose: () => void;
};

function AlertBanner({ alert, late = false, onClose }: BannerProps) {
  const putAwayOnly = late && { action: <Actions onClose={onClose} /> };
  switch (alert.kind) {
    case 'no_workers':
      return (
        <Banner tone="failed" {...putAwayOnly}>
          <b>No worker is alive</b>
          {alert.since && (
            <>
              {' '}
              since <Ago at={alert.since} sentence />
            </>
          )}
          . Jobs are accepted and wait. Start one with <code>ringback worker</code>.
        </Banner>
      );
    case 'egress_down':
      return (
        <Banner tone="failed" {...putAwayOnly}>
          <b>Nothing can be reached from here</b>, since <Ago at={alert.since} sentence />: our own way out seems to be
          down. Deliveries wait and are not charged with it.
        </Banner>
      );
    case 'endpoint_disabled':
      return (
        <Banner
          tone="failed"
          action={
            <Actions onClose={onClose}>
              <Link
                href={`/endpoints/${alert.endpointId}`}
                prefetch={false}
                className={buttonClass('default', 'small')}
              >
                Open endpoint
              </Link>
            </Actions>
          }
        >
          <b>Endpoint {alert.name} was disabled</b> {reasons[alert.reason] ?? alert.reason},{' '}
          <Ago at={alert.at} sentence />. {skippedText(alert.skipped)} kept as skipped and can be replayed.
        </Banner>
      );
    case 'backlog_growing':
      return (
        <Banner
          tone="retrying"
          action={
            <Actions onClose={onClose}>
              <Link href={jobsUrl({ state: 'queued' })} prefetch={false} className={buttonClass('default', 'small')}>
                Show them
              </Link>
            </Actions>
          }
        >
          <b>The backlog grows</b>: {cappedText(alert.queued)} jobs are due, the oldest for{' '}
          <Ago at={alert.oldestQueuedAt} />. More workers or slots would help.
        </Banner>
      );
  }
}

const reasons: Record<string, string> = {
  gone: 'after it answered 410',
  failing: 'after failing for 5 days',
  manual: 'by a person',
};

function skippedText(skipped: CappedCount): string {
  return skipped.count === 1 && !skipped.capped ? '1 event is' : `${cappedText(skipped)} events are`;
}

function Actions({ onClose, children }: { onClose: () => void; children?: ReactNode }) {
  return (
    <div className="flex flex-none items-center gap-1">
      {children}
      <Button kind="ghost" size="icon" icon={X} aria-label="Put away" onClick={onClose} />
    </div>
  );
}
