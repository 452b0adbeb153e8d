'use client';

import type { AttemptLine } from '#src/contract/job-view.ts';
import { problemOf } from '#src/ui/data/refusal.ts';
import { BodyView } from '#src/ui/parts/body-view.tsx';
import { HeadersTable } from '#src/ui/parts/headers-table.tsx';
import { CureText } from './cure-text.tsx';
import { PhaseTimes } from './phases.tsx';
import { useAttempt } from './use-attempt.ts';

/** What a receiver answered to one try: its headers, and the first 16 KiB. */
export function DeliveryAnswer({ deliveryId, line }: { deliveryId: string; line: AttemptLine }) {
  const { data: attempt, error } = useAttempt(deliveryId, line.number);
  return (
    <div className="border-t">
      <div className="grid gap-2 px-4 py-3">
        <PhaseTimes timings={line.timings} queueMs={0} />
        {line.failure && (
          <p className="wrap-anywhere">
            <code className="text-fg-muted">{line.failure.code}</code> <CureText text={line.failure.message} />
          </p>
        )}
        {attempt && (
          <p className="text-12 text-fg-muted">
            {attempt.remoteAddress && `${attempt.remoteAddress}, `}worker{' '}
            <span className="font-mono text-fg">{attempt.worker}</span>
          </p>
        )}
        {error && <p className="text-failed-text">{problemOf(error).message}</p>}
      </div>
      {attempt?.responseHeaders && (
        <HeadersTable
          title="Answer’s headers"
          headers={attempt.responseHeaders}
          used={attempt.decision?.inputs.usedHeaders ?? []}
        />
      )}
      {attempt?.response && (
        <BodyView
          title="Answer’s body"
          view={attempt.response}
          contentType={attempt.responseHeaders?.['content-type'] ?? null}
        />
      )}
    </div>
  );
}
