'use client';

import type { RunDetail } from '#src/contract/run/run-view.ts';
import type { JsonValue } from '#src/domain/policy/policy.ts';
import { useNow } from '#src/ui/data/server-clock.ts';
import { BodyView } from '#src/ui/parts/body/body-view.tsx';
import { Card, CardHead } from '#src/ui/parts/page/card.tsx';
import { Exact } from '#src/ui/parts/time/clock.tsx';

/** Shows what a run was started with, and what its handler returned. */
export function RunValues({ run }: { run: RunDetail }) {
  const now = useNow(60_000);
  const deletedAt = run.expiresAt !== null && Date.parse(run.expiresAt) <= now ? run.expiresAt : null;
  return (
    <div className="grid grid-cols-2 items-start gap-4 max-lg:grid-cols-1 max-sm:gap-3">
      <Card label="Payload">
        <CardHead title="Payload" />
        {deletedAt !== null ? (
          <Deleted at={deletedAt} />
        ) : run.payload === null ? (
          <p className="p-4 text-fg-muted">The run was started without a payload.</p>
        ) : (
          <Value title="Value of the payload" value={run.payload} />
        )}
      </Card>
      <Card label="Result">
        <CardHead title="Result" />
        {deletedAt !== null ? (
          <Deleted at={deletedAt} />
        ) : run.result !== null ? (
          <Value title="Value of the result" value={run.result} />
        ) : (
          <p className="p-4 text-fg-muted">{whyNone(run)}</p>
        )}
      </Card>
    </div>
  );
}

function whyNone({ state }: RunDetail): string {
  if (state === 'failed') return 'The run failed, so its handler returned nothing.';
  if (state === 'cancelled') return 'The run was cancelled before its handler returned.';
  return state === 'completed' ? 'The handler returned nothing.' : 'What the handler returns is kept here.';
}

function Deleted({ at }: { at: string }) {
  return (
    <p className="p-4 text-fg-muted">
      It was kept for its time, and deleted at <Exact at={at} />.
    </p>
  );
}

function Value({ title, value }: { title: string; value: JsonValue }) {
  const body = JSON.stringify(value);
  const size = new TextEncoder().encode(body).length;
  return (
    // The head of the card has a line below it, and that of the body one above it.
    <div className="-mt-px">
      <BodyView title={title} view={{ body, encoding: 'utf8', size }} contentType="application/json" />
    </div>
  );
}
