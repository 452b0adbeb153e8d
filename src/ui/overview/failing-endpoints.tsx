'use client';

import Link from 'next/link';
import type { FailingEndpoint } from '#src/contract/stats/stats.ts';
import { cappedText } from '#src/ui/charts/figure-text.ts';
import { useNow } from '#src/ui/data/server-clock.ts';
import { Ban, CircleCheck, CirclePause, RotateCw } from '#src/ui/icons/icons.ts';
import { Card, CardHead } from '#src/ui/parts/page/card.tsx';
import { EmptyState } from '#src/ui/parts/page/empty-state.tsx';
import { DataTable, RowLink, Td, Th, Tr } from '#src/ui/parts/table/data-table.tsx';
import { LastAnswer } from '#src/ui/parts/text/last-answer.tsx';
import { leftText } from '#src/ui/words/time-text.ts';

const looks = {
  disabled: { word: 'Disabled', icon: Ban, colour: 'state-failed' },
  failing: { word: 'Failing', icon: RotateCw, colour: 'state-retrying' },
  paused: { word: 'Paused', icon: CirclePause, colour: 'state-retrying' },
} as const;

/** Lists the endpoints that are disabled or fail now. */
export function FailingEndpoints({ endpoints }: { endpoints: readonly FailingEndpoint[] }) {
  return (
    <Card label="Failing endpoints">
      <CardHead title="Failing endpoints">
        <Link href="/endpoints" prefetch={false} className="link pr-2 text-12">
          All endpoints
        </Link>
      </CardHead>
      {endpoints.length === 0 ? (
        <EmptyState icon={CircleCheck} title="Every endpoint answers">
          None is disabled, and none failed the last time it was called.
        </EmptyState>
      ) : (
        <DataTable
          label="Endpoints that are disabled or fail"
          head={
            <>
              <Th>Endpoint</Th>
              <Th className="w-[104px]">State</Th>
              <Th className="w-[80px]">Answer</Th>
              <Th number className="w-[108px]">
                Waiting
              </Th>
              <Th number className="w-[88px]">
                Next try
              </Th>
            </>
          }
        >
          {endpoints.map((endpoint) => (
            <EndpointRow key={endpoint.id} endpoint={endpoint} />
          ))}
        </DataTable>
      )}
    </Card>
  );
}

function EndpointRow({ endpoint }: { endpoint: FailingEndpoint }) {
  const { word, icon: Icon, colour } = looks[endpoint.state];
  const now = useNow(1_000);
  const leftMs = endpoint.nextTryAt === null ? null : Date.parse(endpoint.nextTryAt) - now;
  return (
    <Tr>
      <Td phone="main">
        <RowLink href={`/endpoints/${endpoint.id}`} className="block truncate">
          {endpoint.name}
        </RowLink>
      </Td>
      <Td phone="aside">
        <span className={`${colour} inline-flex items-center gap-1.5 font-medium text-state-text`}>
          <Icon size={15} aria-hidden />
          {word}
        </span>
      </Td>
      <Td phone="first">{endpoint.lastAnswer ? <LastAnswer answer={endpoint.lastAnswer} /> : '–'}</Td>
      <Td number phone="second">
        {endpoint.state === 'disabled' ? `${cappedText(endpoint.skipped)} skipped` : cappedText(endpoint.waiting)}
      </Td>
      <Td number phone="third">
        {leftMs === null ? '–' : leftMs <= 0 ? 'now' : `in ${leftText(leftMs)}`}
      </Td>
    </Tr>
  );
}
