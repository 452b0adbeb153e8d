'use client';

import { useRouter } from 'next/navigation';
import { lazy, Suspense, useState } from 'react';
import type { FailureGroup, Failures } from '#src/contract/stats/failures.ts';
import { cappedText } from '#src/ui/charts/figure-text.ts';
import { deliveriesUrlOf, jobsUrl, limitsOf } from '#src/ui/charts/range.ts';
import { Sparkline } from '#src/ui/charts/sparkline.tsx';
import { useMayWrite } from '#src/ui/data/project/use-me.ts';
import { ListChecks, RotateCw, Send } from '#src/ui/icons/icons.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import { DataTable, RowLink, Td, Th, Tr } from '#src/ui/parts/table/data-table.tsx';
import { Ago } from '#src/ui/parts/time/ago.tsx';
import { codeWord } from '#src/ui/words/outcome-look.ts';

const BulkDialog = lazy(async () => ({ default: (await import('#src/ui/parts/job/bulk-dialog.tsx')).BulkDialog }));
const ResendDialog = lazy(async () => ({
  default: (await import('#src/ui/parts/delivery/resend-dialog.tsx')).ResendDialog,
}));

/** Lists the kinds of failures. A row leads to exactly the jobs or deliveries that it counts. */
export function FailuresTable({ failures }: { failures: Failures }) {
  const [asked, setAsked] = useState<FailureGroup | null>(null);
  const mayWrite = useMayWrite();
  return (
    <>
      <DataTable
        label="Kinds of failures, the most frequent first"
        head={
          <>
            <Th className="w-[120px]">Of</Th>
            <Th>Host</Th>
            <Th className="w-[140px]">Failure</Th>
            <Th className="w-[132px] max-[1400px]:hidden">Rule</Th>
            <Th number className="w-[76px]">
              Count
            </Th>
            <Th className="w-[132px] max-lg:hidden">Course</Th>
            <Th number className="w-[104px] clock:w-[112px] max-[1400px]:hidden">
              First
            </Th>
            <Th number className="w-[104px] clock:w-[112px]">
              Last
            </Th>
            {mayWrite && <Th className="w-[144px]" />}
          </>
        }
      >
        {failures.groups.map((group) => (
          <GroupRow
            key={`${group.of} ${group.failure}`}
            group={group}
            href={urlOf(group, failures)}
            onAgain={mayWrite ? () => setAsked(group) : null}
          />
        ))}
      </DataTable>
      {asked && (
        <Suspense>
          <Again group={asked} failures={failures} onClose={() => setAsked(null)} />
        </Suspense>
      )}
    </>
  );
}

/** Returns the address of the list of what a group counts. */
function urlOf({ of, failure }: FailureGroup, failures: Failures): string {
  return (of === 'jobs' ? jobsUrl : deliveriesUrlOf)({ state: 'failed', failure }, limitsOf(failures));
}

type RowProps = { group: FailureGroup; href: string; onAgain: (() => void) | null };

function GroupRow({ group, href, onAgain }: RowProps) {
  const { of, host, cause, rule, count, trend, firstAt, lastAt } = group;
  const Icon = of === 'jobs' ? ListChecks : Send;
  return (
    <Tr>
      <Td phone="first">
        <span className="inline-flex items-center gap-1.5 text-fg-muted">
          <Icon size={15} aria-hidden />
          {of === 'jobs' ? 'Jobs' : 'Callbacks'}
        </span>
      </Td>
      <Td phone="main">
        <RowLink href={href} title={host} className="block truncate">
          {host}
        </RowLink>
      </Td>
      <Td phone="second" className="truncate">
        <span className="font-mono text-12 text-failed-text">{/^\d/.test(cause) ? cause : codeWord(cause)}</span>
      </Td>
      <Td className="truncate max-[1400px]:hidden">
        {rule === null ? <span className="text-fg-subtle">none matched</span> : <code title={rule}>{rule}</code>}
      </Td>
      <Td number phone="aside">
        {cappedText(count)}
      </Td>
      <Td className="max-lg:hidden">
        <Sparkline values={trend} colour="var(--color-failed)" />
      </Td>
      <Td number className="max-[1400px]:hidden">
        <Ago at={firstAt} sentence />
      </Td>
      <Td number phone="third">
        <Ago at={lastAt} sentence />
      </Td>
      {onAgain && (
        <Td phone="none" className="max-sm:col-span-full max-sm:mt-1 max-sm:block!">
          <Button size="small" icon={RotateCw} className="relative z-1" onClick={onAgain}>
            {of === 'jobs' ? 'Run again' : 'Send again'}
          </Button>
        </Td>
      )}
    </Tr>
  );
}

type AgainProps = { group: FailureGroup; failures: Failures; onClose: () => void };

/** Asks before all that a group counts is made again, with their number. */
function Again({ group: { of, failure, count }, failures, onClose }: AgainProps) {
  const router = useRouter();
  const { from, to } = limitsOf(failures);
  const filter = {
    ...{ state: 'failed' as const, failure },
    ...(from && { endedFrom: from }),
    ...(to && { endedTo: to }),
  };
  const onStarted = (id: string) => router.push(`/operations?id=${id}`);
  if (of === 'callbacks') return <ResendDialog deliveries={{ filter }} onClose={onClose} onStarted={onStarted} />;
  return (
    <BulkDialog kind="rerun" jobs={{ filter }} words={cappedText(count)} onClose={onClose} onStarted={onStarted} />
  );
}
