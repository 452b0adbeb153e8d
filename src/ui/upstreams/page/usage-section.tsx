'use client';

import { useQuery } from '@tanstack/react-query';
import { usePathname, useRouter, useSearchParams } from 'next/navigation';
import { type Upstream, usageRanges } from '#src/contract/upstream/upstream.ts';
import { countText } from '#src/ui/charts/figure-text.ts';
import { rangeOptions, readSpan, spanUrl } from '#src/ui/charts/range.ts';
import { SpanPicker } from '#src/ui/charts/span-picker.tsx';
import { useLiveRefresh } from '#src/ui/data/live/use-live.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { Failure } from '#src/ui/parts/page/failure.tsx';
import { RateLimits } from './rate-limits.tsx';
import { UsageCharts } from './usage-charts.tsx';
import { jobsOf, UsageStrip } from './usage-strip.tsx';

const refreshMs = 10_000;
const ranges = usageRanges.map((value) => ({
  value,
  label: rangeOptions.find((option) => option.value === value)?.label ?? value,
}));

/** Shows what the upstream was used for in a range of time: jobs, failures, tokens, and what it said of its limits. */
export function UsageSection({ upstream: { id, name } }: { upstream: Upstream }) {
  const trpc = useTRPC();
  const router = useRouter();
  const path = usePathname();
  const span = readSpan(useSearchParams());
  const input = { id, ...span };
  const liveMs = useLiveRefresh(['jobs'], [{ queryKey: trpc.upstreams.usage.queryKey(input) }], refreshMs);
  const { data, error, refetch, isPlaceholderData } = useQuery(
    trpc.upstreams.usage.queryOptions(input, {
      refetchInterval: liveMs,
      // Another range of the same upstream stays while the next is read.
      placeholderData: (before) => before,
    }),
  );
  return (
    <section
      aria-label="Usage"
      aria-busy={isPlaceholderData || undefined}
      className="grid gap-4 max-sm:gap-3 [&>*]:min-w-0"
    >
      <div className="-mb-2 flex flex-wrap items-center gap-2">
        <h2 className="min-w-0 flex-1">Usage</h2>
        {data?.capped && <span className="text-12 text-fg-subtle">The newest {countText(jobsOf(data))} jobs</span>}
        <SpanPicker
          span={span}
          onChange={(next) => router.replace(spanUrl(path, next), { scroll: false })}
          options={ranges}
        />
      </div>
      {!data && error ? (
        <div className="card">
          <Failure error={error} what="The usage could not be loaded" onRetry={() => void refetch()} />
        </div>
      ) : (
        <>
          <UsageStrip name={name} usage={data} />
          {data && <UsageCharts name={name} usage={data} />}
          {data && <RateLimits usage={data} />}
        </>
      )}
    </section>
  );
}
