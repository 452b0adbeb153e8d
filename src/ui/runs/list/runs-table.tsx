'use client';

import type { RunLine } from '#src/contract/run/run-view.ts';
import type { Kept } from '#src/ui/data/live/merge-page.ts';
import { useNow } from '#src/ui/data/server-clock.ts';
import { DataTable, RowLink, Td, Th, Tr } from '#src/ui/parts/table/data-table.tsx';
import { StateMark } from '#src/ui/parts/text/state-mark.tsx';
import { Ago } from '#src/ui/parts/time/ago.tsx';
import { useTimes } from '#src/ui/parts/time/times.tsx';
import { waitText } from '#src/ui/words/run-words.ts';
import { ageText, tookText } from '#src/ui/words/time-text.ts';
import { urlParts } from '#src/ui/words/url-parts.ts';

/** Lists runs with their states, and how long they took or what they wait for. */
export function RunsTable({ rows }: { rows: readonly Kept<RunLine>[] }) {
  return (
    <DataTable
      label="Runs, newest first"
      head={
        <>
          <Th className="w-[116px]">State</Th>
          <Th>Route</Th>
          <Th className="w-[150px] max-lg:hidden">Id</Th>
          <Th number className="w-[84px] clock:w-[112px]">
            Started
          </Th>
          <Th className="w-[300px] max-lg:w-[230px]">Duration or wait</Th>
          <Th number className="w-[70px]">
            Turns
          </Th>
          <Th number className="w-[70px]">
            Steps
          </Th>
        </>
      }
    >
      {rows.map(({ item, left }) => (
        <Row key={item.id} run={item} left={left} />
      ))}
    </DataTable>
  );
}

function Row({ run, left }: { run: RunLine; left: boolean }) {
  return (
    <Tr {...(left && { className: 'bg-sunken grayscale' })}>
      <Td phone="aside">
        {left ? (
          <span className="text-fg-muted" title="It is no longer in the state that is filtered by">
            Moved on
          </span>
        ) : (
          <StateMark state={run.state} look="quiet" />
        )}
      </Td>
      <Td phone="main" className="truncate">
        <RowLink href={`/runs/${run.id}`} className="font-medium" title={run.url}>
          {run.name}
        </RowLink>{' '}
        <span className="text-12 text-fg-subtle max-sm:hidden">{urlParts(run.url).host}</span>
      </Td>
      <Td className="truncate font-mono text-12 text-fg-muted max-lg:hidden">
        <span title={run.id}>
          {run.id.slice(0, 8)}…{run.id.slice(-6)}
        </span>
      </Td>
      <Td number phone="third">
        <Ago at={run.createdAt} />
      </Td>
      <Td phone="first" className="truncate">
        <TookOrWaits run={run} />
      </Td>
      <Td number>{run.turn.toLocaleString('en-US')}</Td>
      <Td number phone="second">
        {run.steps.toLocaleString('en-US')}
        <span className="text-fg-muted sm:hidden">{run.steps === 1 ? ' step' : ' steps'}</span>
      </Td>
    </Tr>
  );
}

function TookOrWaits({ run }: { run: RunLine }) {
  const now = useNow(1_000);
  const { zone } = useTimes();
  if (run.waitsFor !== null) {
    const text = waitText(run.waitsFor, run.wakeAt, now, zone);
    return <span title={text}>{text}</span>;
  }
  const startedMs = Date.parse(run.createdAt);
  if (run.endedAt === null) return `for ${ageText(now - startedMs)}`;
  const took = tookText(Date.parse(run.endedAt) - startedMs);
  if (run.error === null) return took;
  return (
    <>
      {took}{' '}
      <span className="text-12 text-failed-text" title={run.error.message}>
        {run.error.code.replaceAll('_', ' ')}
      </span>
    </>
  );
}
