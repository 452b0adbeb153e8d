'use client';

import Link from 'next/link';
import type { AttemptLine, DeliveryLine } from '#src/contract/job/job-view.ts';
import { useMayWrite } from '#src/ui/data/project/use-me.ts';
import { problemOf } from '#src/ui/data/refusal.ts';
import { useNow } from '#src/ui/data/server-clock.ts';
import { ChevronRight, Play, Send } from '#src/ui/icons/icons.ts';
import { VisibleText } from '#src/ui/parts/body/masked-text.tsx';
import { Button } from '#src/ui/parts/form/button.tsx';
import { useResend } from '#src/ui/parts/job/use-resend.ts';
import { useTryDeliveryNow } from '#src/ui/parts/job/use-try-now.ts';
import { CopyButton } from '#src/ui/parts/text/copy-button.tsx';
import { Moment } from '#src/ui/parts/text/moment.tsx';
import { StateMark } from '#src/ui/parts/text/state-mark.tsx';
import { StatusCode } from '#src/ui/parts/text/status-code.tsx';
import { mayResend } from '#src/ui/words/may-resend.ts';
import { leftText, tookText } from '#src/ui/words/time-text.ts';
import { waitsLong } from '#src/ui/words/waits.ts';
import { DeliveryAnswer } from './delivery-answer.tsx';

const link = 'text-accent-text underline underline-offset-2';
type Props = {
  jobId: string;
  delivery: DeliveryLine;
  /** Name of the card's landmark; no other card of the page has the same. */
  label: string;
  open: number | null;
  onOpen: (number: number | null) => void;
};

/** Shows a callback to one receiver: its URL, each attempt with its answer, and the next attempt. */
export function DeliveryCard({ jobId, delivery, label, open, onOpen }: Props) {
  const { tries } = delivery;
  return (
    <section className="card overflow-clip" aria-label={label} id={delivery.id}>
      <div className="card-head">
        <h2 className="flex min-w-0 flex-1 items-baseline gap-x-2 max-sm:flex-wrap max-sm:py-1.5">
          Callback <code className="truncate font-medium text-fg-muted">{delivery.type}</code>
        </h2>
        <StateMark state={delivery.state} look="pill" />
        <Resend jobId={jobId} delivery={delivery} />
      </div>
      <div className="flex flex-wrap items-center gap-x-6 gap-y-1 px-4 py-2.5 text-12 text-fg-muted">
        <span className="min-w-0 wrap-anywhere">
          To{' '}
          {delivery.endpoint && (
            <Link href={`/endpoints/${delivery.endpoint.id}`} prefetch={false} className={link}>
              {delivery.endpoint.name}
            </Link>
          )}{' '}
          <span className="font-mono text-fg">
            <VisibleText text={delivery.url} />
          </span>
        </span>
        <span className="inline-flex items-center gap-1.5 font-mono">
          <Link href={`/deliveries/${delivery.id}`} prefetch={false} className={`${link} wrap-anywhere`}>
            {delivery.id}
          </Link>
          <CopyButton text={delivery.id} label="Copy the delivery's id" />
        </span>
        <span className="inline-flex items-center gap-1.5">
          <span className="whitespace-nowrap">webhook-id</span>{' '}
          <span className="font-mono wrap-anywhere text-fg">{delivery.eventId}</span>
          <CopyButton text={delivery.eventId} label="Copy the webhook-id" />
        </span>
      </div>
      {tries.length > 0 && (
        <ol aria-label="Attempts" className="divide-y border-t">
          {tries.map((attempt) => (
            <Try
              key={attempt.id}
              deliveryId={delivery.id}
              attempt={attempt}
              open={open === attempt.number}
              onToggle={() => onOpen(open === attempt.number ? null : attempt.number)}
            />
          ))}
        </ol>
      )}
      <NextTry delivery={delivery} />
      {delivery.state === 'skipped' && (
        <p className="border-t px-4 py-2.5 text-12 text-fg-muted">
          The endpoint was disabled. The event is kept and can be replayed once it is enabled.
        </p>
      )}
      {delivery.error && delivery.tries.length === 0 && (
        <p className="border-t px-4 py-2.5 wrap-anywhere text-failed-text">{delivery.error.message}</p>
      )}
    </section>
  );
}

function Resend({ jobId, delivery }: { jobId: string; delivery: DeliveryLine }) {
  const mayWrite = useMayWrite();
  const { resend, busy, error } = useResend(jobId);
  if (!mayWrite || !mayResend(delivery)) return null;
  return (
    <>
      <Button kind="ghost" size="small" icon={Send} busy={busy} onClick={() => resend([delivery.id])}>
        Resend
      </Button>
      {error !== null && (
        <span role="alert" className="sr-only">
          {problemOf(error).message}
        </span>
      )}
    </>
  );
}

type TryProps = { deliveryId: string; attempt: AttemptLine; open: boolean; onToggle: () => void };

function Try({ deliveryId, attempt, open, onToggle }: TryProps) {
  const tookMs = Date.parse(attempt.endedAt) - Date.parse(attempt.startedAt);
  const panel = `answer-${attempt.id}`;
  return (
    <li>
      <button
        type="button"
        aria-expanded={open}
        aria-controls={panel}
        onClick={onToggle}
        className={`grid w-full grid-cols-[84px_auto_72px_88px_minmax(0,1fr)_14px] items-baseline gap-x-4 gap-y-0.5 px-4 py-2 text-left hover:bg-hover max-sm:grid-cols-[auto_minmax(0,1fr)_auto_14px] max-sm:gap-x-2.5 ${open ? 'bg-accent-soft hover:bg-accent-soft' : ''}`}
      >
        <span className="whitespace-nowrap">Delivery {attempt.number}</span>
        <span>
          <StatusCode outcome={attempt.outcome} status={attempt.status} />
        </span>
        <span className="text-right whitespace-nowrap">{tookText(tookMs)}</span>
        <span className="text-fg-muted max-sm:hidden">
          <Moment at={attempt.startedAt}>{attempt.startedAt.slice(11, 22)}</Moment>
        </span>
        <span className="text-pretty wrap-anywhere text-fg-muted max-sm:order-5 max-sm:col-span-full">
          <VisibleText text={attempt.decision?.why ?? attempt.failure?.message ?? ''} />
        </span>
        <ChevronRight size={14} aria-hidden className={`self-center text-fg-subtle ${open ? 'rotate-90' : ''}`} />
      </button>
      <div id={panel} hidden={!open}>
        {open && <DeliveryAnswer deliveryId={deliveryId} number={attempt.number} />}
      </div>
    </li>
  );
}

function NextTry({ delivery }: { delivery: DeliveryLine }) {
  const now = useNow(1_000);
  const mayWrite = useMayWrite();
  const { tryNow, busy } = useTryDeliveryNow(delivery.id);
  if (delivery.endedAt !== null || delivery.nextAttemptAt === null) return null;
  const leftMs = Date.parse(delivery.nextAttemptAt) - now;
  return (
    <div className="flex min-h-11 items-center gap-3 border-t px-4 py-1.5 text-12 text-fg-muted">
      <p className="flex-1">
        Delivery {delivery.tries.length + 1} {delivery.state === 'in_progress' ? 'is under way' : 'planned: '}
        {delivery.state !== 'in_progress' && (leftMs > 0 ? `in ${leftText(leftMs)}` : 'now')}
      </p>
      {mayWrite && (busy || waitsLong(delivery, now)) && (
        <Button size="small" icon={Play} busy={busy} onClick={tryNow}>
          Try now
        </Button>
      )}
    </div>
  );
}
