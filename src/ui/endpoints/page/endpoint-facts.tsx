'use client';

import type { Endpoint } from '#src/contract/endpoint/endpoint.ts';
import type { EndpointStats } from '#src/contract/stats/stats.ts';
import { cappedText, countText, percentText } from '#src/ui/charts/figure-text.ts';
import { rangeOptions } from '#src/ui/charts/range.ts';
import { useNow } from '#src/ui/data/server-clock.ts';
import { Fact, FactNote, Facts } from '#src/ui/parts/text/facts.tsx';
import { LastAnswer } from '#src/ui/parts/text/last-answer.tsx';
import { Ago, Lasting } from '#src/ui/parts/time/ago.tsx';
import { DateAndTime } from '#src/ui/parts/time/clock.tsx';
import { Moment } from '#src/ui/parts/time/moment.tsx';
import { leftText, tookText } from '#src/ui/words/time-text.ts';

const days5 = 5 * 86_400_000;
const reasons = { gone: 'it answered 410', failing: 'it failed for 5 days', manual: 'by a person' } as const;

/** Shows the endpoint's condition in five facts. */
export function EndpointFacts({ endpoint, stats }: { endpoint: Endpoint; stats: EndpointStats | undefined }) {
  const ended = stats ? stats.delivered + stats.failed : 0;
  const range = rangeOptions.find(({ value }) => value === stats?.range)?.label ?? 'in the range';
  return (
    <Facts>
      <Fact name={`Delivered, ${range}`}>
        {!stats || ended === 0 ? '–' : `${percentText(stats.delivered / ended)} %`}{' '}
        {stats && <FactNote>{countText(stats.delivered)}</FactNote>}
      </Fact>
      <Fact name="Took, p95">{stats?.tryDuration ? tookText(stats.tryDuration.p95) : '–'}</Fact>
      <Fact name="Waiting">
        {stats ? cappedText(stats.waiting) : '–'}{' '}
        {stats?.oldestWaitingAt && (
          <FactNote>
            oldest <Lasting since={stats.oldestWaitingAt} />
          </FactNote>
        )}
        {stats && stats.skipped.count > 0 && <FactNote>, {cappedText(stats.skipped)} skipped</FactNote>}
      </Fact>
      <Fact name="Last failure">
        {stats?.lastFailure ? (
          <>
            <LastAnswer answer={stats.lastFailure.answer} />{' '}
            <FactNote>
              <Ago at={stats.lastFailure.at} sentence />
            </FactNote>
          </>
        ) : endpoint.lastFailureAt ? (
          <Ago at={endpoint.lastFailureAt} sentence />
        ) : (
          'none'
        )}
      </Fact>
      <Standing endpoint={endpoint} />
    </Facts>
  );
}

/** Shows when and why the endpoint was disabled, how long it is paused, or when it will be disabled. */
function Standing({ endpoint }: { endpoint: Endpoint }) {
  const now = useNow(1_000);
  const { disabledAt, disabledReason, pausedUntil, failingSince } = endpoint;
  if (disabledAt)
    return (
      <Fact name="Disabled">
        <Ago at={disabledAt} sentence /> {disabledReason && <FactNote>{reasons[disabledReason]}</FactNote>}
      </Fact>
    );
  if (pausedUntil && Date.parse(pausedUntil) > now)
    return (
      <Fact name="Paused">
        for <Moment at={pausedUntil}>{leftText(Date.parse(pausedUntil) - now)}</Moment>{' '}
        <FactNote>then one probe</FactNote>
      </Fact>
    );
  if (failingSince)
    return (
      <Fact name="Failing for">
        <Lasting since={failingSince} />{' '}
        <FactNote>
          disabled <DateAndTime at={new Date(Date.parse(failingSince) + days5).toISOString()} />
        </FactNote>
      </Fact>
    );
  return (
    <Fact name="Disabled after">
      5 days <FactNote>of failing</FactNote>
    </Fact>
  );
}
