import type { Attempt, JobAttempts } from '#src/contract/job.ts';
import { useNow } from '#src/ui/data/server-clock.ts';
import { CopyButton } from '#src/ui/parts/copy-button.tsx';
import { Moment } from '#src/ui/parts/moment.tsx';
import { StateMark } from '#src/ui/parts/state-mark.tsx';
import { StatusCode } from '#src/ui/parts/status-code.tsx';
import { leftText, tookText } from '#src/ui/words/time-text.ts';

type DeliveryWithTries = JobAttempts['deliveries'][number];

/** A callback on its way to one receiver: where to, each try, and what follows. */
export function DeliveryCard({ delivery }: { delivery: DeliveryWithTries }) {
  const { tries } = delivery;
  return (
    <section className="card overflow-clip" aria-label="Callback">
      <div className="card-head pr-4">
        <h2 className="flex min-w-0 flex-1 items-baseline gap-2">
          Callback <code className="truncate font-medium text-fg-muted">{delivery.type}</code>
        </h2>
        <StateMark state={delivery.state} look="pill" />
      </div>
      <div className="flex flex-wrap items-center gap-x-6 gap-y-1 px-4 py-2.5 text-12 text-fg-muted">
        <span className="min-w-0 wrap-anywhere">
          To <span className="font-mono text-fg">{delivery.url}</span>
        </span>
        <span className="inline-flex items-center gap-1.5 font-mono">
          <span className="wrap-anywhere">{delivery.eventId}</span>
          <CopyButton text={delivery.eventId} label="Copy the event's id, which is its webhook-id" />
        </span>
      </div>
      {tries.length > 0 && (
        <ol aria-label="Tries" className="divide-y border-t">
          {tries.map((attempt) => (
            <Try key={attempt.id} attempt={attempt} />
          ))}
        </ol>
      )}
      <NextTry delivery={delivery} />
    </section>
  );
}

function Try({ attempt }: { attempt: Attempt }) {
  const tookMs = Date.parse(attempt.endedAt) - Date.parse(attempt.startedAt);
  return (
    <li className="grid grid-cols-[76px_auto_72px_88px_minmax(0,1fr)] items-baseline gap-x-4 gap-y-0.5 px-4 py-2 max-sm:grid-cols-[auto_minmax(0,1fr)_auto] max-sm:gap-x-2.5">
      <span className="whitespace-nowrap">Delivery {attempt.number}</span>
      <span>
        <StatusCode outcome={attempt.outcome} status={attempt.status} />
      </span>
      <span className="text-right whitespace-nowrap">{tookText(tookMs)}</span>
      <span className="text-fg-muted max-sm:hidden">
        <Moment at={attempt.startedAt}>{attempt.startedAt.slice(11, 22)}</Moment>
      </span>
      <span className="text-pretty wrap-anywhere text-fg-muted max-sm:col-span-full">
        {attempt.decision?.why ?? attempt.failure?.message}
      </span>
    </li>
  );
}

function NextTry({ delivery }: { delivery: DeliveryWithTries }) {
  const now = useNow(1_000);
  if (delivery.endedAt !== null || delivery.nextAttemptAt === null) return null;
  const leftMs = Date.parse(delivery.nextAttemptAt) - now;
  return (
    <p className="border-t px-4 py-2.5 text-12 text-fg-muted">
      Delivery {delivery.tries.length + 1} planned: {leftMs > 0 ? `in ${leftText(leftMs)}` : 'now'}
    </p>
  );
}
