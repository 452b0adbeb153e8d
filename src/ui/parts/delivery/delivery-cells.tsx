import Link from 'next/link';
import type { Endpoint } from '#src/contract/endpoint/endpoint.ts';
import type { DeliverySummary } from '#src/contract/event/delivery.ts';
import { isHeld, whyItWaits } from '#src/contract/event/delivery-wait.ts';
import { useNow } from '#src/ui/data/server-clock.ts';
import { StatusCode } from '#src/ui/parts/text/status-code.tsx';
import { codeWord } from '#src/ui/words/outcome-look.ts';
import { urlParts } from '#src/ui/words/url-parts.ts';
import { NextSend } from './next-send.tsx';

const none = <span className="text-fg-subtle max-sm:hidden">–</span>;

/** Shows the receiver: the endpoint by its name, a job's own URL by its host. */
export function Receiver({ delivery: { url, endpointId, endpointName } }: { delivery: DeliverySummary }) {
  const { host, rest } = urlParts(url);
  if (endpointId !== null && endpointName !== null) {
    return (
      <Link href={`/endpoints/${endpointId}`} prefetch={false} className="link relative z-1" title={url}>
        {endpointName}
      </Link>
    );
  }
  return (
    <span className="font-mono text-12" title={url}>
      {host}
      <span className="text-fg-muted">{rest}</span>
    </span>
  );
}

/** Shows the last answer, or the word for what came instead, with the reason as its title. */
export function LastTry({ delivery: { status, error, lastFailure, attempts } }: { delivery: DeliverySummary }) {
  const why = lastFailure ?? error;
  if (status !== null) return <StatusCode outcome="response" status={status} failure={why} quiet />;
  if (why === null || attempts === 0) return none;
  return (
    <span className="text-12 text-failed-text" title={`${why.code}: ${why.message}`}>
      {codeWord(why.code)}
    </span>
  );
}

/** Shows when an open delivery is sent next, and why it waits as the title. */
export function NextTry({ delivery, endpoint }: { delivery: DeliverySummary; endpoint: Endpoint | undefined }) {
  const now = useNow(1_000);
  if (delivery.endedAt !== null || (delivery.nextAttemptAt === null && delivery.state !== 'in_progress')) return none;
  const held = isHeld(endpoint) && delivery.state !== 'in_progress';
  return (
    <span className={held ? 'text-failed-text' : 'text-retrying-text'} title={whyItWaits(delivery, endpoint, now)}>
      {held ? 'held' : <NextSend delivery={delivery} endpoint={endpoint} />}
    </span>
  );
}
