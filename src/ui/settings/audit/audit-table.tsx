'use client';

import { useState } from 'react';
import type { ActorKind, AuditEntry } from '#src/contract/project/people.ts';
import { Bot, ChevronRight, KeyRound, UserRound } from '#src/ui/icons/icons.ts';
import type { Icon } from '#src/ui/icons/make-icon.tsx';
import { Button } from '#src/ui/parts/form/button.tsx';
import { DataTable, Td, Th, Tr } from '#src/ui/parts/table/data-table.tsx';
import { ShallowLink } from '#src/ui/parts/table/shallow-link.tsx';
import { Ago } from '#src/ui/parts/time/ago.tsx';
import { actionText } from './action-words.ts';
import { type AuditFilters, auditUrl } from './audit-filters.ts';
import { AuditTarget } from './audit-target.tsx';
import { AuditDetail } from './entry-detail.tsx';

type Props = { entries: readonly AuditEntry[]; filters: AuditFilters };

export function AuditTable({ entries, filters }: Props) {
  return (
    <DataTable
      label="Audit log, newest first"
      head={
        <>
          <Th className="w-[48px]">
            <span className="sr-only">Detail</span>
          </Th>
          <Th>Action</Th>
          <Th className="w-[24%]">By</Th>
          <Th className="w-[23%] max-lg:w-[18%]">Target</Th>
          <Th className="w-[128px] max-lg:hidden">From</Th>
          <Th number className="w-[104px] clock:w-[112px]">
            When
          </Th>
        </>
      }
    >
      {entries.map((entry) => (
        <EntryRows key={entry.id} entry={entry} filters={filters} />
      ))}
    </DataTable>
  );
}

function EntryRows({ entry, filters }: { entry: AuditEntry; filters: AuditFilters }) {
  const [isOpen, setOpen] = useState(false);
  const detailId = `detail-${entry.id}`;
  const words = actionText(entry.action);
  return (
    <>
      <Tr>
        <Td phone="third" className="pr-0! pl-2!">
          <Button
            kind="ghost"
            size="icon"
            icon={ChevronRight}
            aria-label={`Detail: ${words}`}
            aria-expanded={isOpen}
            aria-controls={isOpen ? detailId : undefined}
            onClick={() => setOpen(!isOpen)}
            className={isOpen ? '[&>svg]:rotate-90' : undefined}
          />
        </Td>
        <Td phone="main" className="truncate">
          <span className="font-medium">{words}</span>
          {words !== entry.action && (
            <code className="ml-2 font-mono text-fg-subtle max-sm:hidden">{entry.action}</code>
          )}
        </Td>
        <Td phone="first" className="truncate">
          <ActorLink actor={entry.actor} filters={filters} />
        </Td>
        <Td className="truncate">
          <AuditTarget entry={entry} />
        </Td>
        <Td className="truncate font-mono text-12 text-fg-muted max-lg:hidden">{entry.peer ?? '–'}</Td>
        <Td number phone="aside">
          <Ago at={entry.at} sentence />
        </Td>
      </Tr>
      {isOpen && <AuditDetail id={detailId} entry={entry} />}
    </>
  );
}

const icons: Record<ActorKind, Icon> = { user: UserRound, key: KeyRound, system: Bot };
const kinds: Record<ActorKind, string> = { user: 'Person', key: 'API key', system: 'Ringback' };

function ActorLink({ actor, filters }: { actor: AuditEntry['actor']; filters: AuditFilters }) {
  const Icon = icons[actor.kind];
  return (
    <ShallowLink
      href={auditUrl(filters, { actor: actor.id })}
      title={`${kinds[actor.kind]} ${actor.name}: show only theirs`}
      className="inline-flex max-w-full items-center gap-1.5 align-middle hover:underline max-sm:min-h-6"
    >
      <Icon size={14} aria-hidden className="flex-none text-fg-subtle" />
      <span className="sr-only">{kinds[actor.kind]} </span>
      <span className="truncate">{actor.name}</span>
    </ShallowLink>
  );
}
