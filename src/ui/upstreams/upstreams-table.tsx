'use client';

import type { Upstream } from '#src/contract/upstream/upstream.ts';
import { formatWait } from '#src/domain/decide/outcome-text.ts';
import { useIsOwner } from '#src/ui/data/project/use-me.ts';
import { DataTable, RowLink, Td, Th, Tr } from '#src/ui/parts/table/data-table.tsx';
import { UpstreamMenu } from './upstream-menu.tsx';
import { upstreamJobsUrl } from './upstream-words.ts';

/** Table of upstreams. A row leads to the upstream's jobs. */
export function UpstreamsTable({ upstreams }: { upstreams: readonly Upstream[] }) {
  const isOwner = useIsOwner();
  return (
    <DataTable
      label="Upstreams"
      head={
        <>
          <Th className="w-[22%]">Upstream</Th>
          <Th>Base URL</Th>
          <Th className="w-[110px]">Format</Th>
          <Th className="w-[22%]">Models</Th>
          <Th className="w-[150px] max-lg:w-[110px]">Limits</Th>
          {isOwner && (
            <Th number className="w-[60px]">
              <span className="sr-only">Actions</span>
            </Th>
          )}
        </>
      }
    >
      {upstreams.map((upstream) => (
        <UpstreamLine key={upstream.id} upstream={upstream} isOwner={isOwner} />
      ))}
    </DataTable>
  );
}

function UpstreamLine({ upstream, isOwner }: { upstream: Upstream; isOwner: boolean }) {
  const { name, baseUrl, format, models } = upstream;
  return (
    <Tr>
      <Td phone="main">
        <span className="flex min-w-0 items-center gap-2.5">
          <RowLink href={upstreamJobsUrl(name)} className="min-w-0 truncate font-medium" title={name}>
            {name}
          </RowLink>
          {upstream.default && <span className="flex-none text-13 text-fg-subtle">default</span>}
        </span>
      </Td>
      <Td phone="first" className="truncate font-mono text-12">
        <span title={baseUrl}>{baseUrl}</span>
      </Td>
      <Td phone="second">{format}</Td>
      <Td phone="third" className="truncate">
        {models.length === 0 ? <span className="text-fg-subtle">–</span> : models.map((one) => `${one}…`).join(', ')}
      </Td>
      <Td className="truncate">{limitsText(upstream) || <span className="text-fg-subtle">–</span>}</Td>
      {isOwner && (
        <Td number phone="aside">
          <UpstreamMenu upstream={upstream} />
        </Td>
      )}
    </Tr>
  );
}

function limitsText({ timeoutMs, flow }: Upstream): string {
  const parts = [
    timeoutMs === null ? null : formatWait(timeoutMs),
    flow === null || flow.concurrency === null ? null : `${flow.concurrency.toLocaleString('en-US')} at once`,
  ];
  return parts.filter((part) => part !== null).join(', ');
}
