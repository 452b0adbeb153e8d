'use client';

import Link from 'next/link';
import type { DeliveryView } from '#src/contract/event/delivery.ts';
import { NextSend } from '#src/ui/parts/delivery/next-send.tsx';
import { useReceiver } from '#src/ui/parts/delivery/use-receiver.ts';
import { Fact, FactNote, Facts } from '#src/ui/parts/text/facts.tsx';
import { Ago } from '#src/ui/parts/time/ago.tsx';
import { DateAndTime } from '#src/ui/parts/time/clock.tsx';
import { tookText } from '#src/ui/words/time-text.ts';

/** Shows the job, the receiver, the attempts and the times of a delivery. */
export function DeliveryFacts({ delivery }: { delivery: DeliveryView }) {
  const { jobId, endpointId, endpointName, attempts, createdAt, endedAt } = delivery;
  return (
    <Facts>
      <Fact name="Job">
        {jobId ? (
          <Link href={`/jobs/${jobId}`} className="link font-mono text-12" title={jobId}>
            {jobId.slice(0, 10)}…{jobId.slice(-6)}
          </Link>
        ) : (
          'about no job'
        )}
      </Fact>
      <Fact name="Receiver">
        {endpointId ? (
          <Link href={`/endpoints/${endpointId}`} className="link block truncate" title={endpointName ?? endpointId}>
            {endpointName ?? 'a deleted endpoint'}
          </Link>
        ) : jobId ? (
          'URL of the job'
        ) : (
          // Only what is told of alerts is about no job and goes to no endpoint.
          <Link href="/settings/alerts" className="link">
            Slack webhook
          </Link>
        )}
      </Fact>
      <Fact name="Attempts">{attempts}</Fact>
      <Fact name="Made">
        <DateAndTime at={createdAt} />
      </Fact>
      {endedAt ? (
        <Fact name={delivery.state === 'delivered' ? 'Delivered' : 'Ended'}>
          <Ago at={endedAt} sentence />{' '}
          <FactNote>after {tookText(Date.parse(endedAt) - Date.parse(createdAt))}</FactNote>
        </Fact>
      ) : (
        <Next delivery={delivery} />
      )}
    </Facts>
  );
}

function Next({ delivery }: { delivery: DeliveryView }) {
  return (
    <Fact name="Next attempt">
      <NextSend delivery={delivery} endpoint={useReceiver(delivery)} />
    </Fact>
  );
}
