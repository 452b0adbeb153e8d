'use client';

import clsx from 'clsx';
import { useSearchParams } from 'next/navigation';
import { useState } from 'react';
import type { DeliveryView } from '#src/contract/event/delivery.ts';
import type { Attempt } from '#src/contract/job/job.ts';
import { ChevronRight } from '#src/ui/icons/icons.ts';
import { AttemptDetail } from '#src/ui/parts/attempt/attempt-detail.tsx';
import { Card, CardFoot, CardHead } from '#src/ui/parts/page/card.tsx';
import { StatusCode } from '#src/ui/parts/text/status-code.tsx';
import { Exact } from '#src/ui/parts/time/clock.tsx';
import { tookText } from '#src/ui/words/time-text.ts';

/** Lists every attempt with the receiver's answer and the decision that followed. The attempt of the address, or else the last one, is open. */
export function DeliveryAttemptsCard({ delivery }: { delivery: DeliveryView }) {
  const { tries } = delivery;
  const linked = Number(useSearchParams().get('attempt'));
  const isLinked = tries.some(({ number }) => number === linked);
  const [picked, setPicked] = useState<number | 'last' | null>(isLinked ? linked : 'last');
  return (
    <Card label="Attempts">
      <CardHead title="Attempts" />
      {tries.length === 0 ? (
        <p className="p-4 text-fg-muted">{untried(delivery)}</p>
      ) : (
        <ol className="@container/attempts divide-y">
          {tries.map((attempt) => {
            const isLast = attempt === tries.at(-1);
            const open = picked === attempt.number || (picked === 'last' && isLast);
            return (
              <AttemptItem
                key={attempt.id}
                attempt={attempt}
                open={open}
                onToggle={() => setPicked(open ? null : attempt.number)}
              />
            );
          })}
        </ol>
      )}
      <CardFoot>Of an answer the first 16 KiB are kept. Only 2xx is a success; redirects are not followed.</CardFoot>
    </Card>
  );
}

function untried({ state, error }: DeliveryView): string {
  if (state === 'skipped') return 'The endpoint was disabled, so it was kept and not sent. It can be sent again.';
  if (state === 'cancelled') return error?.message ?? 'It was cancelled before its first attempt.';
  return 'It waits for its first attempt.';
}

function AttemptItem({ attempt, open, onToggle }: { attempt: Attempt; open: boolean; onToggle: () => void }) {
  const panel = `attempt-${attempt.number}`;
  return (
    <li>
      <button
        type="button"
        aria-expanded={open}
        aria-controls={panel}
        onClick={onToggle}
        className={clsx(
          'grid w-full grid-cols-[76px_96px_72px_minmax(0,1fr)_16px] items-center gap-x-4 gap-y-1 px-4 py-2.5 text-left hover:bg-hover @max-[600px]/attempts:grid-cols-[auto_auto_minmax(0,1fr)_16px]',
          open && 'bg-accent-soft hover:bg-accent-soft',
        )}
      >
        <span className="whitespace-nowrap">Attempt {attempt.number}</span>
        <span>
          <StatusCode outcome={attempt.outcome} status={attempt.status} />
        </span>
        <span className="text-right whitespace-nowrap">
          {tookText(Date.parse(attempt.endedAt) - Date.parse(attempt.startedAt))}
        </span>
        <span className="min-w-0 text-pretty wrap-anywhere text-fg-muted @max-[600px]/attempts:order-last @max-[600px]/attempts:col-span-full">
          {attempt.decision?.why ?? attempt.failure?.message ?? <Exact at={attempt.startedAt} />}
        </span>
        <ChevronRight
          size={14}
          aria-hidden
          className={clsx('text-fg-subtle transition-[rotate]', open && 'rotate-90')}
        />
      </button>
      <div id={panel} hidden={!open}>
        {open && <AttemptDetail attempt={attempt} />}
      </div>
    </li>
  );
}
