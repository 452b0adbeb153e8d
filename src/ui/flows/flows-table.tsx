import type { Flow } from '#src/contract/flow/flow.ts';
import { readLimits } from '#src/domain/limits.ts';
import { useMayWrite } from '#src/ui/data/project/use-me.ts';
import { CirclePause } from '#src/ui/icons/icons.ts';
import { DataTable, RowLink, Td, Th, Tr } from '#src/ui/parts/table/data-table.tsx';
import { Tag } from '#src/ui/parts/text/tag.tsx';
import { Ago } from '#src/ui/parts/time/ago.tsx';
import { shortCountText } from '#src/ui/words/count-text.ts';
import { flowJobsUrl, rateText } from '#src/ui/words/flow-words.ts';
import { FlowMenu } from './flow-menu.tsx';

/** Table of flows. A row leads to the flow's jobs. */
export function FlowsTable({ flows }: { flows: readonly Flow[] }) {
  const mayWrite = useMayWrite();
  return (
    <DataTable
      label="Flows"
      head={
        <>
          <Th>Flow</Th>
          <Th number className="w-[110px]">
            Running
          </Th>
          <Th number className="w-[100px]">
            Waiting
          </Th>
          <Th number className="w-[130px]">
            Oldest waiting
          </Th>
          <Th className="w-[240px] max-lg:w-[210px]">Rate</Th>
          {mayWrite && (
            <Th number className="w-[60px]">
              <span className="sr-only">Actions</span>
            </Th>
          )}
        </>
      }
    >
      {flows.map((flow) => (
        <FlowLine key={flow.id} flow={flow} mayWrite={mayWrite} />
      ))}
    </DataTable>
  );
}

const none = <span className="text-fg-subtle max-sm:hidden">–</span>;

function FlowLine({ flow, mayWrite }: { flow: Flow; mayWrite: boolean }) {
  const { key, concurrency, rate, running, waiting, oldestAt } = flow;
  return (
    <Tr>
      <Td phone="main">
        <span className="flex min-w-0 items-center gap-2.5">
          <RowLink href={flowJobsUrl(key)} className="min-w-0 truncate font-medium" title={key}>
            {key}
          </RowLink>
          {flow.pausedAt !== null && <PausedMark />}
        </span>
      </Td>
      <Td number phone="first">
        {running.toLocaleString('en-US')}
        {concurrency !== null && <span className="text-fg-subtle"> / {concurrency.toLocaleString('en-US')}</span>}
        <span className="text-fg-muted sm:hidden"> running</span>
      </Td>
      <Td number phone="second">
        {shortCountText({
          count: Math.min(waiting, readLimits.countedRows),
          capped: waiting > readLimits.countedRows,
        })}
        <span className="text-fg-muted sm:hidden"> waiting</span>
      </Td>
      <Td number>{oldestAt ? <Ago at={oldestAt} /> : none}</Td>
      <Td phone="third">
        <span className="inline-flex max-w-full items-center gap-2 align-middle">
          {rate ? <span className="truncate">{rateText(rate)}</span> : <span className="max-sm:hidden">{none}</span>}
          {flow.fixed && (
            <span className="flex-none max-sm:hidden">
              <Tag>limits set here</Tag>
            </span>
          )}
        </span>
      </Td>
      {mayWrite && (
        <Td number phone="aside">
          <FlowMenu flow={flow} />
        </Td>
      )}
    </Tr>
  );
}

function PausedMark() {
  return (
    <span className="state-retrying inline-flex flex-none items-center gap-1.5 text-13 font-medium text-state-text">
      <CirclePause size={15} strokeWidth={1.75} aria-hidden className="text-state" />
      Paused
    </span>
  );
}
