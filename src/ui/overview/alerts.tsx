'use client';

import { X } from 'lucide-react';
import Link from 'next/link';
import { type ReactNode, useState } from 'react';
import type { Alert, CappedCount } from '#src/contract/stats.ts';
import { Ago } from '#src/ui/parts/ago.tsx';
import { Banner } from '#src/ui/parts/banner.tsx';
import { Button, buttonClass } from '#src/ui/parts/button.tsx';
import { cappedText } from './figure-text.ts';
import { jobsUrl } from './range.ts';

/** What needs a person now. One that was put away comes back when it happens again. */
export function Alerts({ alerts }: { alerts: readonly Alert[] }) {
  const [away, setAway] = useState<ReadonlySet<string>>(new Set());
  return alerts
    .filter((alert) => !away.has(keyOf(alert)))
    .map((alert) => (
      <AlertBanner key={keyOf(alert)} alert={alert} onClose={() => setAway(new Set([...away, keyOf(alert)]))} />
    ));
}

function keyOf(alert: Alert): string {
  if (alert.kind === 'endpoint_disabled') return `${alert.kind} ${alert.endpointId} ${alert.at}`;
  return alert.kind === 'backlog_growing' ? alert.kind : `${alert.kind} ${alert.since}`;
}

function AlertBanner({ alert, onClose }: { alert: Alert; onClose: () => void }) {
  switch (alert.kind) {
    case 'no_workers':
      return (
        <Banner tone="failed">
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
        <Banner tone="failed">
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

function Actions({ onClose, children }: { onClose: () => void; children: ReactNode }) {
  return (
    <div className="flex flex-none items-center gap-1">
      {children}
      <Button kind="ghost" size="icon" icon={X} aria-label="Put away" onClick={onClose} />
    </div>
  );
}
