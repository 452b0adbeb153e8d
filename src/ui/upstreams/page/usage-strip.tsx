import Link from 'next/link';
import type { ReactNode } from 'react';
import type { UpstreamUsage } from '#src/contract/upstream/upstream.ts';
import { countText, percentText } from '#src/ui/charts/figure-text.ts';
import { shortCount } from '#src/ui/charts/ticks.ts';
import { Fact, FactNote, Facts } from '#src/ui/parts/text/facts.tsx';
import { upstreamJobsUrl } from '#src/ui/words/upstream-words.ts';

type Props = { name: string; usage: UpstreamUsage | undefined };

/** Shows how many jobs the upstream got, how they ended, and their tokens. Each count of jobs leads to the list of them. */
export function UsageStrip({ name, usage }: Props) {
  if (!usage)
    return (
      <Facts>
        {['Jobs', 'Completed', 'Failed', 'Tokens in', 'Tokens out'].map((each) => (
          <Fact key={each} name={each}>
            –
          </Fact>
        ))}
      </Facts>
    );
  const { range, from, to, completed, failed, open } = usage;
  const all = jobsOf(usage);
  const jobs = (count: number, filter: { state?: string } = {}) => (
    <Link
      href={upstreamJobsUrl(name, { ...filter, ...(range === null ? { from, to } : { last: range }) })}
      prefetch={false}
      className="hover:underline"
    >
      {countText(count)}
      {usage.capped && '+'}
    </Link>
  );
  const share = (count: number) =>
    completed + failed > 0 && <FactNote>{percentText(count / (completed + failed))} %</FactNote>;
  return (
    <Facts>
      <Fact name="Jobs">
        {jobs(all)} <FactNote>{open > 0 ? `${countText(open)} open` : paceText(all, usage)}</FactNote>
      </Fact>
      <Fact name="Completed">
        {jobs(completed, { state: 'completed' })} {share(completed)}
      </Fact>
      <Fact name="Failed">
        {jobs(failed, { state: 'failed' })} {share(failed)}
      </Fact>
      <Tokens name="Tokens in" count={usage.inputTokens} usage={usage} />
      <Tokens name="Tokens out" count={usage.outputTokens} usage={usage} />
    </Facts>
  );
}

function Tokens({ name, count, usage }: { name: string; count: number; usage: UpstreamUsage }): ReactNode {
  return (
    <Fact name={name}>
      {usage.calls > 0 ? shortCount(count) : '–'} {usage.calls > 0 && <FactNote>{paceText(count, usage)}</FactNote>}
    </Fact>
  );
}

/** Returns the number of jobs that were counted. */
export function jobsOf({ completed, failed, cancelled, open }: UpstreamUsage): number {
  return completed + failed + cancelled + open;
}

/** Returns how many came in a minute or an hour: `2.5 a minute`. Less than one an hour is no pace. */
function paceText(count: number, { from, to, capped }: UpstreamUsage): string {
  const perMinute = count / ((Date.parse(to) - Date.parse(from)) / 60_000);
  if (capped || perMinute * 60 < 1) return '';
  const [amount, unit] = perMinute >= 1 ? [perMinute, 'a minute'] : [perMinute * 60, 'an hour'];
  return `${shortCount(Number(amount.toPrecision(2)))} ${unit}`;
}
