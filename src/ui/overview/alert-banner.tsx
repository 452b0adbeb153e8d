'use client';

import Link from 'next/link';
import type { ReactNode } from 'react';
import { standText } from '#src/contract/project/quota-words.ts';
import { alertWords, disabledWords, skippedText } from '#src/contract/stats/alert-words.ts';
import type { Alert } from '#src/contract/stats/stats.ts';
import { cappedText, countText, percentText } from '#src/ui/charts/figure-text.ts';
import { deliveriesUrlOf, jobsUrl } from '#src/ui/charts/range.ts';
import { useNow } from '#src/ui/data/server-clock.ts';
import { X } from '#src/ui/icons/icons.ts';
import { ProbeButton } from '#src/ui/parts/delivery/probe-button.tsx';
import { Button, buttonClass } from '#src/ui/parts/form/button.tsx';
import { Banner } from '#src/ui/parts/page/banner.tsx';
import { LastAnswer } from '#src/ui/parts/text/last-answer.tsx';
import { Ago, Coming, Lasting } from '#src/ui/parts/time/ago.tsx';
import { waitingUrl } from './receivers-card.tsx';

type Of<Kind extends Alert['kind']> = Extract<Alert, { kind: Kind }>;

/** Says that an alert is over. */
export function overText(alert: Alert): string {
  switch (alert.kind) {
    case 'no_workers':
      return 'Workers are alive again.';
    case 'egress_down':
      return 'What is outside can be reached again.';
    case 'endpoint_disabled':
      return `Endpoint ${alert.name} is no longer disabled.`;
    case 'certificate_ends':
      return `The certificates of ${alert.of} ${alert.name} last again.`;
    case 'backlog_growing':
      return 'The backlog no longer grows.';
    case 'callbacks_waiting':
      return 'No callback has waited for long any more.';
    case 'quota_near':
      return 'A quota has room again.';
    case 'failure_rate':
      return `Few ${alert.of === 'jobs' ? 'jobs' : 'callbacks'} fail now.`;
  }
}

type BannerProps = {
  alert: Alert;
  /** True if the banner lies over the page. Such a banner can always be dismissed. */
  late?: boolean;
  onClose: () => void;
};

/** Shows what is wrong, since when, at whom, and what can be done about it. */
export function AlertBanner({ alert, late = false, onClose }: BannerProps) {
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
    case 'callbacks_waiting':
      return <CallbacksWaiting alert={alert} onClose={onClose} />;
    case 'quota_near':
      return <QuotaNear alert={alert} onClose={onClose} />;
    case 'failure_rate':
      return <FailureRate alert={alert} onClose={onClose} />;
    case 'endpoint_disabled':
      return (
        <Banner
          tone="failed"
          action={
            <Actions onClose={onClose}>
              <LinkTo href={`/endpoints/${alert.endpointId}`}>Open endpoint</LinkTo>
            </Actions>
          }
        >
          <b>Endpoint {alert.name} was disabled</b> {disabledWords[alert.reason] ?? alert.reason},{' '}
          <Ago at={alert.at} sentence />. {skippedText(alert.skipped)} kept as skipped and can be replayed.
        </Banner>
      );
    case 'certificate_ends':
      return <CertificateEnds alert={alert} onClose={onClose} />;
    case 'backlog_growing':
      return (
        <Banner
          tone="retrying"
          action={
            <Actions onClose={onClose}>
              <LinkTo href={jobsUrl({ state: 'queued' })}>Show them</LinkTo>
            </Actions>
          }
        >
          <b>The backlog grows</b>: {cappedText(alert.queued)} jobs are due, the oldest for{' '}
          <Lasting since={alert.oldestQueuedAt} />. More workers or slots would help.
        </Banner>
      );
  }
}

function CertificateEnds({ alert, onClose }: { alert: Of<'certificate_ends'>; onClose: () => void }) {
  const { title, sentence, path } = alertWords(alert, useNow(60_000));
  return (
    <Banner
      tone="retrying"
      action={
        <Actions onClose={onClose}>
          <LinkTo href={path}>Open {alert.of}</LinkTo>
        </Actions>
      }
    >
      <b>{title}</b>. {sentence}
    </Banner>
  );
}

function CallbacksWaiting({ alert, onClose }: { alert: Of<'callbacks_waiting'>; onClose: () => void }) {
  const { waiting, oldestAt, growing, worst } = alert;
  const one = waiting.count === 1 && !waiting.capped;
  return (
    <Banner
      tone="failed"
      action={
        <Actions onClose={onClose}>
          {worst?.endpointId && <LinkTo href={`/endpoints/${worst.endpointId}`}>Open endpoint</LinkTo>}
          {worst && !worst.endpointId && <LinkTo href={waitingUrl(worst)}>Show them</LinkTo>}
          {!worst && <LinkTo href={deliveriesUrlOf({ state: 'waiting' })}>Show them</LinkTo>}
          {worst?.endpointId && <ProbeButton endpointId={worst.endpointId} name={worst.name} />}
        </Actions>
      }
    >
      <b>{one ? '1 callback waits' : `${cappedText(waiting)} callbacks wait`}</b>, the oldest for{' '}
      <Lasting since={oldestAt} />
      {growing && ', and they become more'}.
      {worst && (
        <>
          {' '}
          {cappedText(worst.waiting)} of them for <b className="wrap-anywhere">{worst.name}</b>
          {worst.lastAnswer && (
            <>
              , whose last failure was <LastAnswer answer={worst.lastAnswer} />
            </>
          )}
          .
        </>
      )}
    </Banner>
  );
}

function FailureRate({ alert, onClose }: { alert: Of<'failure_rate'>; onClose: () => void }) {
  const { of, failed, total, since } = alert;
  const what = of === 'jobs' ? 'jobs that ended' : 'attempts to deliver callbacks';
  return (
    <Banner
      tone="failed"
      action={
        <Actions onClose={onClose}>
          {of === 'jobs' ? (
            <LinkTo href={jobsUrl({ state: 'failed' }, { from: since })}>Show them</LinkTo>
          ) : (
            <LinkTo href={`/deliveries?${new URLSearchParams({ from: since, by: 'attempt' })}`}>Show them</LinkTo>
          )}
        </Actions>
      }
    >
      <b>
        {percentText(failed / total)} % of the {what} failed
      </b>{' '}
      in the last ten minutes: {countText(failed)} of {countText(total)}.
    </Banner>
  );
}

function QuotaNear({ alert, onClose }: { alert: Of<'quota_near'>; onClose: () => void }) {
  const { quota, used, limit, resetsAt } = alert;
  const isFull = used >= limit;
  return (
    <Banner
      tone={isFull ? 'failed' : 'retrying'}
      action={
        <Actions onClose={onClose}>
          <LinkTo href="/settings/quotas">Show quotas</LinkTo>
        </Actions>
      }
    >
      <b>{isFull ? 'A quota is used up' : 'A quota is nearly used up'}</b>: {standText(quota, used, limit)}.
      {isFull && ' More jobs are refused.'}
      {resetsAt && (
        <>
          {' '}
          It begins anew <Coming at={resetsAt} />.
        </>
      )}
    </Banner>
  );
}

function LinkTo({ href, children }: { href: string; children: ReactNode }) {
  return (
    <Link href={href} prefetch={false} className={buttonClass('default', 'small')}>
      {children}
    </Link>
  );
}

function Actions({ onClose, children }: { onClose: () => void; children?: ReactNode }) {
  return (
    <div className="flex flex-none flex-wrap items-center gap-1">
      {children}
      <Button kind="ghost" size="icon" icon={X} aria-label="Put away" onClick={onClose} />
    </div>
  );
}
