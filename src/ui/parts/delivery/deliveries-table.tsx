'use client';

import Link from 'next/link';
import type { Endpoint } from '#src/contract/endpoint/endpoint.ts';
import type { DeliverySummary } from '#src/contract/event/delivery.ts';
import { DataTable, RowLink, Td, Th, Tr } from '#src/ui/parts/table/data-table.tsx';
import { PeekLink } from '#src/ui/parts/table/peek-link.tsx';
import { SelectBox } from '#src/ui/parts/table/select-box.tsx';
import { type Selection, selectionOf, useTicks } from '#src/ui/parts/table/use-selection.ts';
import { StateMark } from '#src/ui/parts/text/state-mark.tsx';
import { AgeHead, Ago } from '#src/ui/parts/time/ago.tsx';
import { LastTry, NextTry, Receiver } from './delivery-cells.tsx';

/** A row of the list. `left` is true if its delivery no longer matches the filter; its data may then be old. */
type DeliveryRow = { delivery: DeliverySummary; left: boolean };

type Props = {
  rows: readonly DeliveryRow[];
  /** Endpoints of the project by their ids, which say whether a delivery is held; absent: none is known. */
  endpoints?: ReadonlyMap<string, Endpoint>;
  /** Column that is left out because it is the same in all rows. */
  without?: 'endpoint';
  /** True if a row can be shown in a panel beside the list. The list then has keys of its own. */
  peeks?: boolean;
  /** Ticked rows; absent: rows cannot be ticked. */
  ticked?: { selection: Selection; onSelect: (next: Selection) => void };
};

/** Lists deliveries with their states, answers and next attempts. */
export function DeliveriesTable({ rows, endpoints, without, peeks = false, ticked }: Props) {
  const isBrief = without === 'endpoint';
  const ids = rows.map(({ delivery }) => delivery.id);
  const count = ids.filter((id) => ticked?.selection[id]).length;
  const tick = useTicks(ids, ticked?.selection ?? {}, ticked?.onSelect ?? (() => {}));
  return (
    <DataTable
      label="Deliveries, newest first"
      hasKeys={!peeks}
      head={
        <>
          {ticked && (
            <Th className="w-[42px]">
              <SelectBox
                label="Select all on this page"
                checked={count === 0 ? false : count === ids.length ? true : 'mixed'}
                onChange={(on) => ticked.onSelect(on ? selectionOf(ids) : {})}
              />
            </Th>
          )}
          <Th className="w-[116px]">State</Th>
          <Th className={isBrief ? 'w-[132px]' : 'w-[176px] @max-[720px]/list:w-[136px]'}>Event</Th>
          {!isBrief && <Th>Receiver</Th>}
          <Th className={isBrief ? '' : 'w-[150px] @max-[1029px]/list:hidden'}>Job</Th>
          <Th className="w-[112px]">Answer</Th>
          <Th number className="w-[80px] sm:@max-[720px]/list:hidden">
            Attempts
          </Th>
          <Th number className="w-[76px] clock:w-[112px] sm:@max-[720px]/list:hidden">
            <AgeHead />
          </Th>
          <Th number className="w-[112px] clock:w-[120px] sm:@max-[600px]/list:hidden">
            Next
          </Th>
        </>
      }
    >
      {rows.map((row, index) => (
        <Row
          key={row.delivery.id}
          row={row}
          endpoint={endpoints?.get(row.delivery.endpointId ?? '')}
          isBrief={isBrief}
          peeks={peeks}
          {...(ticked && {
            checked: ticked.selection[row.delivery.id] === true,
            onTick: (on: boolean, range: boolean) => tick(index, on, range),
          })}
        />
      ))}
    </DataTable>
  );
}

type RowProps = {
  row: DeliveryRow;
  endpoint: Endpoint | undefined;
  isBrief: boolean;
  peeks: boolean;
  checked?: boolean;
  onTick?: (on: boolean, range: boolean) => void;
};

function Row({ row: { delivery, left }, endpoint, isBrief, peeks, checked, onTick }: RowProps) {
  const page = { href: `/deliveries/${delivery.id}`, children: delivery.type };
  return (
    <Tr {...(left && { className: 'bg-sunken grayscale' })} {...(checked !== undefined && { selected: checked })}>
      {onTick && (
        <Td phone="check">
          {/* A click with Shift ticks a range of rows and must not select their text. */}
          {/* biome-ignore lint/a11y/noStaticElementInteractions: the checkbox inside is what is used. */}
          <span onMouseDown={(event) => event.shiftKey && event.preventDefault()}>
            <SelectBox
              label={`Select the delivery of ${delivery.type} to ${delivery.endpointName ?? delivery.url}`}
              checked={checked ?? false}
              onChange={onTick}
            />
          </span>
        </Td>
      )}
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
        {peeks ? <PeekLink id={delivery.id} className="truncate" {...page} /> : <RowLink {...page} />}
      </Td>
      {!isBrief && (
        <Td phone="first" className="truncate">
          <Receiver delivery={delivery} />
        </Td>
      )}
      <Td className={`truncate font-mono text-12 ${isBrief ? '' : '@max-[1029px]/list:hidden'}`}>
        <JobLink jobId={delivery.jobId} isBrief={isBrief} />
      </Td>
      <Td phone={isBrief ? 'first' : 'second'}>
        <LastTry delivery={delivery} />
      </Td>
      <Td number className="sm:@max-[720px]/list:hidden">
        {delivery.attempts === 0 ? '–' : delivery.attempts}
      </Td>
      <Td number phone={delivery.endedAt === null ? 'none' : 'third'} className="sm:@max-[720px]/list:hidden">
        <Ago at={delivery.createdAt} />
      </Td>
      <Td number phone={delivery.endedAt === null ? 'third' : 'none'} className="sm:@max-[600px]/list:hidden">
        <NextTry delivery={delivery} endpoint={endpoint} />
      </Td>
    </Tr>
  );
}

function JobLink({ jobId, isBrief }: { jobId: DeliverySummary['jobId']; isBrief: boolean }) {
  if (jobId === null) return <span className="text-fg-subtle">–</span>;
  return (
    <Link href={`/jobs/${jobId}`} prefetch={false} className="link relative z-1" title={jobId}>
      {isBrief ? '' : jobId.slice(0, 8)}…{jobId.slice(-6)}
    </Link>
  );
}
