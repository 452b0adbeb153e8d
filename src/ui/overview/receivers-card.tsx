'use client';

import Link from 'next/link';
import type { TroubledReceiver } from '#src/contract/stats/stats.ts';
import { cappedText } from '#src/ui/charts/figure-text.ts';
import { deliveriesUrlOf } from '#src/ui/charts/range.ts';
import { Ban, CircleCheck, CirclePause, Clock, RotateCw } from '#src/ui/icons/icons.ts';
import { Card, CardHead } from '#src/ui/parts/page/card.tsx';
import { EmptyState } from '#src/ui/parts/page/empty-state.tsx';
import { DataTable, RowLink, Td, Th, Tr } from '#src/ui/parts/table/data-table.tsx';
import { LastAnswer } from '#src/ui/parts/text/last-answer.tsx';
import { Ago, Coming } from '#src/ui/parts/time/ago.tsx';

const looks = {
  disabled: { word: 'Disabled', icon: Ban, colour: 'state-failed' },
  failing: { word: 'Failing', icon: RotateCw, colour: 'state-retrying' },
  paused: { word: 'Held', icon: CirclePause, colour: 'state-retrying' },
  late: { word: 'Late', icon: Clock, colour: 'state-queued' },
} as const;

/** Lists the receivers that are late, fail or are disabled, first the one for which the most waits. */
export function ReceiversCard({ receivers }: { receivers: readonly TroubledReceiver[] }) {
  return (
    <Card label="Receivers in trouble">
      <CardHead title="Receivers in trouble">
        <Link href="/endpoints" prefetch={false} className="link pr-2 text-12">
          All endpoints
        </Link>
      </CardHead>
      {receivers.length === 0 ? (
        <EmptyState icon={CircleCheck} title="Every receiver answers">
          None is disabled or late, and none failed the last time it was called.
        </EmptyState>
      ) : (
        <DataTable
          label="Receivers that are late, fail or are disabled, the most waiting first"
          head={
            <>
              <Th>Receiver</Th>
              <Th className="w-[96px]">State</Th>
              <Th className="w-[80px]">Answer</Th>
              <Th number className="w-[112px]">
                Waiting
              </Th>
              <Th number className="w-[72px] clock:w-[112px]">
                Oldest
              </Th>
              <Th number className="w-[84px] clock:w-[112px]">
                Next
              </Th>
            </>
          }
        >
          {receivers.map((receiver) => (
            <ReceiverRow key={receiver.endpointId ?? receiver.name} receiver={receiver} />
          ))}
        </DataTable>
      )}
    </Card>
  );
}

/** Returns the address of what waits for a receiver. */
export function waitingUrl({ endpointId, name }: Pick<TroubledReceiver, 'endpointId' | 'name'>): string {
  return deliveriesUrlOf({ state: 'waiting', ...(endpointId ? { endpoint: endpointId } : { origin: name }) });
}

function ReceiverRow({ receiver }: { receiver: TroubledReceiver }) {
  const { word, icon: Icon, colour } = looks[receiver.state];
  return (
    <Tr>
      <Td phone="main">
        <RowLink
          href={receiver.endpointId ? `/endpoints/${receiver.endpointId}` : waitingUrl(receiver)}
          title={receiver.endpointId ? receiver.name : `URLs at ${receiver.name} that jobs brought along`}
          className="block truncate"
        >
          {receiver.name}
        </RowLink>
      </Td>
      <Td phone="aside">
        <span className={`${colour} inline-flex items-center gap-1.5 font-medium text-state-text`}>
          <Icon size={15} aria-hidden />
          {word}
        </span>
      </Td>
      <Td phone="first">{receiver.lastAnswer ? <LastAnswer answer={receiver.lastAnswer} /> : '–'}</Td>
      <Td number phone="second">
        <Waiting receiver={receiver} />
      </Td>
      <Td number>{receiver.oldestWaitingAt ? <Ago at={receiver.oldestWaitingAt} /> : '–'}</Td>
      <Td number phone="third">
        {receiver.nextTryAt === null ? '–' : <Coming at={receiver.nextTryAt} />}
      </Td>
    </Tr>
  );
}

function Waiting({ receiver }: { receiver: TroubledReceiver }) {
  const { endpointId, state, skipped, waiting } = receiver;
  if (state === 'disabled' && endpointId)
    return (
      <Link
        href={deliveriesUrlOf({ state: 'skipped', endpoint: endpointId })}
        prefetch={false}
        className="link relative z-1"
      >
        {cappedText(skipped)} skipped
      </Link>
    );
  if (waiting.count === 0) return '0';
  return (
    <Link href={waitingUrl(receiver)} prefetch={false} className="link relative z-1">
      {cappedText(waiting)}
    </Link>
  );
}
