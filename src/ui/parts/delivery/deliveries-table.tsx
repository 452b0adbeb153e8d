'use client';

import Link from 'next/link';
import type { DeliverySummary } from '#src/contract/event/delivery.ts';
import { useNow } from '#src/ui/data/server-clock.ts';
import { DataTable, RowLink, Td, Th, Tr } from '#src/ui/parts/table/data-table.tsx';
import { Ago } from '#src/ui/parts/text/ago.tsx';
import { StateMark } from '#src/ui/parts/text/state-mark.tsx';
import { StatusCode } from '#src/ui/parts/text/status-code.tsx';
import { codeWord } from '#src/ui/words/outcome-look.ts';
import { leftText } from '#src/ui/words/time-text.ts';
import { urlParts } from '#src/ui/words/url-parts.ts';
import type { DeliveryRow } from './live-delivery-rows.ts';

type Props = {
  rows: readonly DeliveryRow[];
  /** Column that is left out because it is the same in all rows. */
  without?: 'endpoint';
};

/** Lists deliveries with their states, responses and next tries. */
export function DeliveriesTable({ rows, without }: Props) {
  return (
    <DataTable
      label="Deliveries, newest first"
      head={
        <>
          <Th className="w-[116px]">State</Th>
          <Th className={without === 'endpoint' ? 'w-[132px]' : 'w-[152px]'}>Event</Th>
          {without !== 'endpoint' && <Th>Receiver</Th>}
          <Th className={without === 'endpoint' ? '' : 'w-[150px] max-lg:hidden'}>Job</Th>
          <Th number className="w-[60px]">
            Tries
          </Th>
          <Th className="w-[112px]">Response</Th>
          <Th number className="w-[76px]">
            Age
          </Th>
          <Th number className="w-[132px]">
            Next
          </Th>
        </>
      }
    >
      {rows.map(({ delivery, left }) => (
        <Row key={delivery.id} delivery={delivery} left={left} {...(without && { without })} />
      ))}
    </DataTable>
  );
}

function Row({ delivery, left, without }: DeliveryRow & Pick<Props, 'without'>) {
  const { host, rest } = urlParts(delivery.url);
  return (
    <Tr {...(left && { className: 'bg-sunken grayscale' })}>
      <Td phone="aside">
        {left ? (
          <span className="text-fg-muted" title="It is no longer in the state that is filtered by">
            Moved on
          </span>
        ) : (
          <StateMark state={delivery.state} look="quiet" />
        )}
      </Td>
      <Td phone="main" className="truncate">
        <RowLink href={`/deliveries/${delivery.id}`}>{delivery.type}</RowLink>
      </Td>
      {without !== 'endpoint' && (
        <Td phone="first" className="truncate font-mono text-12">
          {host}
          <span className="text-fg-muted">{rest}</span>
        </Td>
      )}
      <Td className={`truncate font-mono text-12 ${without === 'endpoint' ? '' : 'max-lg:hidden'}`}>
        {delivery.jobId ? (
          <Link href={`/jobs/${delivery.jobId}`} prefetch={false} className="link relative z-1" title={delivery.jobId}>
            {without === 'endpoint' ? '' : delivery.jobId.slice(0, 8)}…{delivery.jobId.slice(-6)}
          </Link>
        ) : (
          <span className="text-fg-subtle">–</span>
        )}
      </Td>
      <Td number phone="second">
        {delivery.attempts === 0 ? '–' : delivery.attempts}
        {/* Phones have no head of the table that says it. */}
        {delivery.attempts > 0 && <span className="sm:hidden">{delivery.attempts === 1 ? ' try' : ' tries'}</span>}
      </Td>
      <Td phone={without === 'endpoint' ? 'first' : 'none'}>
        <LastResponse delivery={delivery} />
      </Td>
      <Td number phone="third">
        <Ago at={delivery.createdAt} />
      </Td>
      <Td number>
        <NextTry delivery={delivery} />
      </Td>
    </Tr>
  );
}

function LastResponse({ delivery: { status, error, attempts } }: { delivery: DeliverySummary }) {
  if (status !== null) return <StatusCode outcome="response" status={status} quiet />;
  if (error !== null && attempts > 0) {
    return (
      <span className="text-12 text-failed-text" title={`${error.code}: ${error.message}`}>
        {codeWord(error.code)}
      </span>
    );
  }
  return <span className="text-fg-subtle">–</span>;
}

function NextTry({ delivery: { endedAt, nextAttemptAt } }: { delivery: DeliverySummary }) {
  const now = useNow(1_000);
  if (endedAt !== null || nextAttemptAt === null) return <span className="text-fg-subtle">–</span>;
  const leftMs = Date.parse(nextAttemptAt) - now;
  return <span className="text-retrying-text">{leftMs > 0 ? `in ${leftText(leftMs)}` : 'now'}</span>;
}
