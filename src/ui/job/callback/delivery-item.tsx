'use client';

import Link from 'next/link';
import { useState } from 'react';
import { whyItWaits } from '#src/contract/event/delivery-wait.ts';
import type { AttemptLine, DeliveryLine } from '#src/contract/job/job-view.ts';
import { useMayWrite } from '#src/ui/data/project/use-me.ts';
import { problemOf } from '#src/ui/data/refusal.ts';
import { useNow } from '#src/ui/data/server-clock.ts';
import { ArrowRight, ChevronRight, Play, Send } from '#src/ui/icons/icons.ts';
import { VisibleText } from '#src/ui/parts/body/masked-text.tsx';
import { useReceiver } from '#src/ui/parts/delivery/use-receiver.ts';
import { Button, buttonClass } from '#src/ui/parts/form/button.tsx';
import { useResend } from '#src/ui/parts/job/use-resend.ts';
import { useTryDeliveryNow } from '#src/ui/parts/job/use-try-now.ts';
import { CopyButton } from '#src/ui/parts/text/copy-button.tsx';
import { StateMark } from '#src/ui/parts/text/state-mark.tsx';
import { StatusCode } from '#src/ui/parts/text/status-code.tsx';
import { Ago } from '#src/ui/parts/time/ago.tsx';
import { TimeOfDay } from '#src/ui/parts/time/clock.tsx';
import { mayResend } from '#src/ui/words/may-resend.ts';
import { needsLook } from '#src/ui/words/receiver-groups.ts';
import { tookText } from '#src/ui/words/time-text.ts';
import { waitsLong } from '#src/ui/words/waits.ts';
import { DeliveryAnswer } from './delivery-answer.tsx';

const link = 'text-accent-text underline underline-offset-2';
type Props = {
  jobId: string;
  delivery: DeliveryLine;
  /** Number of the attempt whose answer is shown; null: none. */
  chosen: number | null;
  onChoose: (number: number | null) => void;
};

/**
 * Shows a delivery as one line, which unfolds to its ids, its attempts and the next one. One that was not delivered is
 * unfolded, and stays so when it arrives while somebody reads it.
 */
export function DeliveryItem({ jobId, delivery, chosen, onChoose }: Props) {
  const now = useNow(1_000);
  const [wanted, setWanted] = useState<boolean | null>(null);
  const looks = needsLook(delivery, now);
  const [looked, setLooked] = useState(looks);
  if (looks && !looked) setLooked(true);
  const open = chosen !== null || (wanted ?? looked);
  const panel = `delivery-${delivery.id}`;
  return (
    <li id={delivery.id} className="scroll-mt-16">
      <div className="flex items-stretch pr-2.5">
        <button
          type="button"
          aria-expanded={open}
          aria-controls={panel}
          onClick={() => {
            setWanted(!open);
            if (chosen !== null) onChoose(null);
          }}
          className="grid min-h-9 min-w-0 flex-1 grid-cols-[14px_minmax(0,1fr)_104px_84px_84px_76px] items-center gap-x-3 gap-y-0.5 py-1.5 pl-4 text-left hover:bg-hover max-sm:grid-cols-[14px_minmax(0,1fr)_auto_auto]"
        >
          <ChevronRight size={14} aria-hidden className={`text-fg-subtle ${open ? 'rotate-90' : ''}`} />
          <code className="truncate text-12 font-medium" title={delivery.type}>
            {delivery.type}
          </code>
          <StateMark state={delivery.state} look="quiet" />
          <LastOutcome delivery={delivery} />
          <span className="text-fg-muted max-sm:col-start-2">
            {delivery.attempts === 1 ? '1 attempt' : `${delivery.attempts.toLocaleString('en-US')} attempts`}
          </span>
          <span className="text-right text-fg-muted max-sm:col-span-2">
            <Ago at={delivery.endedAt ?? delivery.createdAt} />
          </span>
        </button>
        <Link
          href={`/deliveries/${delivery.id}`}
          prefetch={false}
          aria-label={`The page of delivery ${delivery.id}`}
          title="The page of the delivery"
          className={`${buttonClass('ghost', 'icon')} self-center`}
        >
          <ArrowRight size={14} aria-hidden />
        </Link>
      </div>
      <div id={panel} hidden={!open}>
        {open && <Detail jobId={jobId} delivery={delivery} chosen={chosen} onChoose={onChoose} />}
      </div>
    </li>
  );
}

/** Shows the answer to the last attempt, or what came instead of one. */
function LastOutcome({ delivery }: { delivery: DeliveryLine }) {
  const last = delivery.tries.at(-1);
  return <span>{last && <StatusCode outcome={last.outcome} status={last.status} />}</span>;
}

function Detail({ jobId, delivery, chosen, onChoose }: Props) {
  const { tries } = delivery;
  return (
    <div className="border-t bg-sunken/40">
      <div className="flex flex-wrap items-center gap-x-6 gap-y-1 px-4 py-2 text-12 text-fg-muted">
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
        <Resend jobId={jobId} delivery={delivery} />
      </div>
      {tries.length > 0 && (
        <ol aria-label={`Attempts of ${delivery.id}`} className="divide-y border-t">
          {tries.map((attempt) => (
            <AttemptItem
              key={attempt.id}
              deliveryId={delivery.id}
              attempt={attempt}
              open={chosen === attempt.number}
              onToggle={() => onChoose(chosen === attempt.number ? null : attempt.number)}
            />
          ))}
        </ol>
      )}
      <NextAttempt delivery={delivery} />
      {delivery.state === 'skipped' && (
        <p className="border-t px-4 py-2.5 text-12 text-fg-muted">
          The endpoint was disabled. The event is kept and can be replayed once it is enabled.
        </p>
      )}
      {delivery.error && tries.length === 0 && (
        <p className="border-t px-4 py-2.5 wrap-anywhere text-failed-text">{delivery.error.message}</p>
      )}
    </div>
  );
}

function Resend({ jobId, delivery }: { jobId: string; delivery: DeliveryLine }) {
  const mayWrite = useMayWrite();
  const { resend, busy, error } = useResend(jobId);
  if (!mayWrite || !mayResend(delivery)) return null;
  return (
    <>
      <Button size="small" icon={Send} className="ml-auto" busy={busy} onClick={() => resend([delivery.id])}>
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

type AttemptProps = { deliveryId: string; attempt: AttemptLine; open: boolean; onToggle: () => void };

function AttemptItem({ deliveryId, attempt, open, onToggle }: AttemptProps) {
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
        <span className="whitespace-nowrap">Attempt {attempt.number}</span>
        <span>
          <StatusCode outcome={attempt.outcome} status={attempt.status} />
        </span>
        <span className="text-right whitespace-nowrap">{tookText(tookMs)}</span>
        <span className="text-fg-muted max-sm:hidden">
          <TimeOfDay at={attempt.startedAt} />
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

function NextAttempt({ delivery }: { delivery: DeliveryLine }) {
  const now = useNow(1_000);
  const mayWrite = useMayWrite();
  const { tryNow, busy } = useTryDeliveryNow(delivery.id);
  const receiver = useReceiver({ endpointId: delivery.endpoint?.id ?? null, endedAt: delivery.endedAt });
  if (delivery.endedAt !== null || delivery.nextAttemptAt === null) return null;
  return (
    <div className="flex min-h-11 items-center gap-3 border-t px-4 py-1.5 text-12 text-fg-muted">
      <p className="flex-1">
        Attempt {delivery.tries.length + 1}: {whyItWaits(delivery, receiver, now)}
      </p>
      {mayWrite && (busy || waitsLong(delivery, now)) && (
        <Button size="small" icon={Play} busy={busy} onClick={tryNow}>
          Try now
        </Button>
      )}
    </div>
  );
}
