import Link from 'next/link';
import type { Overview } from '#src/contract/stats/stats.ts';
import { countText, percentText } from '#src/ui/charts/figure-text.ts';
import { jobsUrl, limitsOf, spanOf, spanUrl } from '#src/ui/charts/range.ts';
import { CircleCheck } from '#src/ui/icons/icons.ts';
import { Card, CardHead } from '#src/ui/parts/page/card.tsx';
import { EmptyState } from '#src/ui/parts/page/empty-state.tsx';
import { DataTable, RowLink, Td, Th, Tr } from '#src/ui/parts/table/data-table.tsx';
import { LastAnswer } from '#src/ui/parts/text/last-answer.tsx';

/** Lists the hosts whose jobs failed in the range. */
export function FailingHosts({ overview }: { overview: Overview }) {
  const { failingHosts } = overview;
  const limits = limitsOf(overview);
  return (
    <Card label="Failing hosts">
      <CardHead title="Failing hosts">
        <Link href={spanUrl('/failures', spanOf(overview))} prefetch={false} className="link pr-2 text-12">
          Errors by kind
        </Link>
        <Link href={jobsUrl({ state: 'failed' }, limits)} prefetch={false} className="link pr-2 text-12">
          All failed jobs
        </Link>
      </CardHead>
      {failingHosts.length === 0 ? (
        <EmptyState icon={CircleCheck} title="No job failed">
          None of the jobs that ended in this range did.
        </EmptyState>
      ) : (
        <DataTable
          label="Hosts with failed jobs, the most first"
          head={
            <>
              <Th>Host</Th>
              <Th className="w-[88px]">Mostly</Th>
              <Th number className="w-[68px]">
                Failed
              </Th>
              <Th className="w-[84px] max-lg:hidden">Share</Th>
              <Th number className="w-[68px]">
                Rate
              </Th>
            </>
          }
        >
          {failingHosts.map(({ host, failed, ended, mostly }) => (
            <Tr key={host}>
              <Td phone="main">
                <RowLink href={jobsUrl({ state: 'failed', host }, limits)} title={host} className="block truncate">
                  {host}
                </RowLink>
              </Td>
              <Td phone="first">{mostly && <LastAnswer answer={mostly} />}</Td>
              <Td number phone="aside">
                {countText(failed)}
              </Td>
              <Td className="max-lg:hidden">
                <span className="flex h-1.5 overflow-hidden rounded-[3px] bg-active" aria-hidden>
                  <i className="bg-failed" style={{ width: `${(failed / Math.max(1, ended)) * 100}%` }} />
                </span>
              </Td>
              <Td number phone="third">
                {percentText(failed / Math.max(1, ended))} %
              </Td>
            </Tr>
          ))}
        </DataTable>
      )}
    </Card>
  );
}
