'use client';

import type { WorkerView } from '#src/contract/stats/stats.ts';
import { ServerOff } from '#src/ui/icons/icons.ts';
import { Card, CardHead } from '#src/ui/parts/page/card.tsx';
import { EmptyState } from '#src/ui/parts/page/empty-state.tsx';
import { Pulse } from '#src/ui/parts/page/pulse.tsx';
import { DataTable, Td, Th, Tr } from '#src/ui/parts/table/data-table.tsx';
import { Ago } from '#src/ui/parts/time/ago.tsx';

const looks = {
  alive: { word: 'Alive', tone: 'on' },
  draining: { word: 'Draining', tone: 'warn' },
  silent: { word: 'Silent', tone: 'off' },
} as const;

/** Lists the processes that make requests, with their slots. */
export function WorkersCard({ workers }: { workers: readonly WorkerView[] }) {
  const busy = workers.reduce((sum, { inFlight }) => sum + inFlight, 0);
  const slots = workers.reduce((sum, worker) => sum + worker.slots, 0);
  const count = (state: WorkerView['state']) => workers.filter((worker) => worker.state === state).length;
  const words = [
    `${count('alive')} alive`,
    ...(count('draining') > 0 ? [`${count('draining')} draining`] : []),
    ...(count('silent') > 0 ? [`${count('silent')} silent`] : []),
    `${busy} of ${slots} slots busy`,
  ];
  return (
    <Card label="Workers">
      <CardHead title="Workers">
        {workers.length > 0 && (
          <span className="pr-2 text-12 whitespace-nowrap text-fg-subtle">{words.join(', ')}</span>
        )}
      </CardHead>
      {workers.length === 0 ? (
        <EmptyState icon={ServerOff} title="No worker is alive">
          Jobs are accepted and wait. Start one with <code>ringback worker</code>.
        </EmptyState>
      ) : (
        <WorkersTable workers={workers} />
      )}
    </Card>
  );
}

function WorkersTable({ workers }: { workers: readonly WorkerView[] }) {
  return (
    <DataTable
      label="Workers, the busiest first"
      head={
        <>
          <Th>Worker</Th>
          <Th className="w-[104px]">State</Th>
          <Th className="w-[152px]">Slots</Th>
          <Th number className="w-[84px]">
            Version
          </Th>
          <Th number className="w-[92px] clock:w-[112px]">
            Started
          </Th>
          <Th number className="w-[92px] clock:w-[112px]">
            Heartbeat
          </Th>
        </>
      }
    >
      {workers.map((worker) => (
        <Tr key={worker.id}>
          <Td phone="main" className="truncate font-mono text-12">
            {worker.name}
          </Td>
          <Td phone="aside">
            <span className="inline-flex items-center gap-2">
              <Pulse tone={looks[worker.state].tone} />
              {looks[worker.state].word}
            </span>
          </Td>
          <Td phone="first">
            <Slots used={worker.inFlight} of={worker.slots} />
          </Td>
          <Td number className="truncate font-mono text-12">
            {worker.version ?? <span className="text-fg-subtle">–</span>}
          </Td>
          <Td number>
            <Ago at={worker.startedAt} sentence />
          </Td>
          <Td number phone="third">
            <Ago at={worker.heartbeatAt} sentence />
          </Td>
        </Tr>
      ))}
    </DataTable>
  );
}

const blocks = 10;

/** Shows ten blocks for any number of slots. A block is lit as soon as the first slot of its share is busy. */
function Slots({ used, of }: { used: number; of: number }) {
  const lit = of === 0 ? 0 : Math.ceil((used / of) * blocks);
  return (
    <span className="inline-flex items-center gap-2">
      <span className="inline-flex gap-0.5" aria-hidden>
        {Array.from({ length: blocks }, (_, index) => (
          <i
            // biome-ignore lint/suspicious/noArrayIndexKey: a block has no other key than its position.
            key={index}
            className={`h-3 w-[5px] rounded-[1px] ${index < lit ? 'bg-in-progress' : 'bg-active'}`}
          />
        ))}
      </span>
      <span className="text-12 text-fg-muted">
        {used}/{of}
      </span>
    </span>
  );
}
