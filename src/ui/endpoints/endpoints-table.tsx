'use client';

import type { EndpointGlance } from '#src/contract/stats/stats.ts';
import { percentText } from '#src/ui/charts/figure-text.ts';
import { Sparkline } from '#src/ui/charts/sparkline.tsx';
import { useNow } from '#src/ui/data/server-clock.ts';
import { ProbeButton } from '#src/ui/parts/delivery/probe-button.tsx';
import { DataTable, RowLink, Td, Th, Tr } from '#src/ui/parts/table/data-table.tsx';
import { LastAnswer } from '#src/ui/parts/text/last-answer.tsx';
import { Ago } from '#src/ui/parts/time/ago.tsx';
import { shortCountText } from '#src/ui/words/count-text.ts';
import { EndpointMark, healthOf } from './endpoint-mark.tsx';
import type { ListedEndpoint } from './list-order.ts';

const none = <span className="text-fg-subtle max-sm:hidden">–</span>;

/** Lists endpoints with their health, what waits for them, and how their deliveries of the last 24 h went. */
export function EndpointsTable({ rows }: { rows: readonly ListedEndpoint[] }) {
  return (
    <DataTable
      label="Endpoints"
      head={
        <>
          <Th className="w-[20%]">Endpoint</Th>
          <Th>State</Th>
          <Th number className="w-[116px] clock:w-[148px]">
            Waiting
          </Th>
          <Th number className="w-[84px] max-lg:hidden">
            Skipped
          </Th>
          <Th number className="w-[120px]">
            Delivered, 24 h
          </Th>
          <Th className="w-[152px] max-lg:hidden">Failed attempts, 24 h</Th>
          <Th className="w-[96px] max-lg:hidden">Last failure</Th>
          <Th number className="w-[112px] clock:w-[120px]">
            Last success
          </Th>
        </>
      }
    >
      {rows.map((row) => (
        <Row key={row.endpoint.id} row={row} />
      ))}
    </DataTable>
  );
}

function Row({ row: { endpoint, glance } }: { row: ListedEndpoint }) {
  const now = useNow(1_000);
  return (
    <Tr>
      <Td phone="main">
        <RowLink href={`/endpoints/${endpoint.id}`} className="block truncate font-medium" title={endpoint.url}>
          {endpoint.name}
        </RowLink>
      </Td>
      <Td phone="first">
        <span className="flex min-w-0 items-center gap-2">
          <EndpointMark endpoint={endpoint} now={now} />
          {healthOf(endpoint, now) === 'paused' && <ProbeButton endpointId={endpoint.id} name={endpoint.name} />}
        </span>
      </Td>
      <Td number phone="aside">
        <Waiting glance={glance} />
      </Td>
      <Td number className="max-lg:hidden">
        {glance && glance.skipped.count > 0 ? shortCountText(glance.skipped) : none}
      </Td>
      <Td number phone="second">
        <Share glance={glance} />
      </Td>
      <Td className="max-lg:hidden">
        {glance?.failedTries.some((count) => count > 0) ? (
          <Sparkline values={glance.failedTries} colour="var(--color-failed)" />
        ) : (
          none
        )}
      </Td>
      <Td className="max-lg:hidden">{glance?.lastFailure ? <LastAnswer answer={glance.lastFailure} /> : none}</Td>
      <Td number phone="third">
        {endpoint.lastSuccessAt ? <Ago at={endpoint.lastSuccessAt} sentence /> : none}
      </Td>
    </Tr>
  );
}

function Waiting({ glance }: { glance: EndpointGlance | undefined }) {
  if (!glance || glance.waiting.count === 0) return none;
  return (
    <span className="text-retrying-text">
      {shortCountText(glance.waiting)}
      {glance.oldestWaitingAt && (
        <small className="text-fg-subtle">
          {' '}
          <Ago at={glance.oldestWaitingAt} />
        </small>
      )}
    </span>
  );
}

function Share({ glance }: { glance: EndpointGlance | undefined }) {
  const ended = glance ? glance.delivered + glance.failed : 0;
  if (!glance || ended === 0) return none;
  return (
    <span title={`${glance.delivered} delivered, ${glance.failed} given up`}>
      {percentText(glance.delivered / ended)} %
    </span>
  );
}
