'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { type ReactNode, useState } from 'react';
import { statRangeMs } from '#src/contract/stats/stat-range.ts';
import { type Upstream, type UpstreamUsage, type UsageRange, usageRanges } from '#src/contract/upstream/upstream.ts';
import { countText, percentText } from '#src/ui/charts/figure-text.ts';
import { rangeOptions } from '#src/ui/charts/range.ts';
import { useLiveRefresh } from '#src/ui/data/live/use-live.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { Segmented } from '#src/ui/parts/form/segmented.tsx';
import { Failure } from '#src/ui/parts/page/failure.tsx';
import { Fact, FactNote, Facts } from '#src/ui/parts/text/facts.tsx';
import { upstreamJobsUrl } from '#src/ui/words/upstream-words.ts';

const refreshMs = 10_000;
const ranges = usageRanges.map((value) => ({
  value,
  label: rangeOptions.find((option) => option.value === value)?.label ?? value,
}));

/** Shows how many jobs the upstream got, how they ended, and the tokens of their model calls. */
export function UpstreamUsageFacts({ upstream }: { upstream: Upstream }) {
  const trpc = useTRPC();
  const [range, setRange] = useState<UsageRange>('24h');
  const input = { id: upstream.id, range };
  const liveMs = useLiveRefresh(['jobs'], [{ queryKey: trpc.upstreams.usage.queryKey(input) }], refreshMs);
  const { data, error, refetch } = useQuery(
    trpc.upstreams.usage.queryOptions(input, {
      refetchInterval: liveMs,
      // Another range of the same upstream stays while the next is read.
      placeholderData: (before) => before,
    }),
  );
  return (
    <section aria-label="Usage" className="grid gap-2 [&>*]:min-w-0">
      <div className="flex flex-wrap items-center gap-2">
        <h2 className="min-w-0 flex-1">Usage</h2>
        {data?.capped && <span className="text-12 text-fg-subtle">The newest {countText(jobsOf(data))} jobs</span>}
        <Segmented label="Time range" value={range} onChange={setRange} options={ranges} />
      </div>
      {!data && error ? (
        <div className="card">
          <Failure error={error} what="The usage could not be loaded" onRetry={() => void refetch()} />
        </div>
      ) : (
        <UsageStrip name={upstream.name} usage={data} />
      )}
    </section>
  );
}

function jobsOf({ completed, failed, cancelled, open }: UpstreamUsage): number {
  return completed + failed + cancelled + open;
}

function UsageStrip({ name, usage }: { name: string; usage: UpstreamUsage | undefined }) {
  const ended = usage ? usage.completed + usage.failed : 0;
  const jobs = (text: ReactNode, filter: Record<string, string>) => (
    <Link href={upstreamJobsUrl(name, filter)} prefetch={false} className="hover:underline">
      {text}
    </Link>
  );
  return (
    <Facts>
      <Fact name="Jobs">
        {usage ? jobs(`${countText(jobsOf(usage))}${usage.capped ? '+' : ''}`, { last: usage.range }) : '–'}{' '}
        {usage && !usage.capped && jobsOf(usage) > 0 && <FactNote>{paceText(usage)}</FactNote>}
      </Fact>
      <Fact name="Completed">
        {usage && ended > 0 ? `${percentText(usage.completed / ended)} %` : '–'}{' '}
        {usage && ended > 0 && <FactNote>{countText(usage.completed)}</FactNote>}
      </Fact>
      <Fact name="Failed">
        {usage ? jobs(countText(usage.failed), { state: 'failed', last: usage.range }) : '–'}{' '}
        {usage && usage.open > 0 && <FactNote>{countText(usage.open)} open</FactNote>}
      </Fact>
      <Fact name="Tokens in">{usage && usage.calls > 0 ? countText(usage.inputTokens) : '–'}</Fact>
      <Fact name="Tokens out">
        {usage && usage.calls > 0 ? countText(usage.outputTokens) : '–'}{' '}
        {usage && usage.calls > 0 && <FactNote>of {countText(usage.calls)} calls</FactNote>}
      </Fact>
    </Facts>
  );
}

/** Returns how many jobs came in a minute or an hour: `2.5 a minute`. Less than one an hour is no pace. */
function paceText(usage: UpstreamUsage): string {
  const minutes = statRangeMs[usage.range].range / 60_000;
  const perMinute = jobsOf(usage) / minutes;
  if (perMinute * 60 < 1) return '';
  const [amount, unit] = perMinute >= 1 ? [perMinute, 'a minute'] : [perMinute * 60, 'an hour'];
  return `${Number(amount.toPrecision(2)).toLocaleString('en-US')} ${unit}`;
}
