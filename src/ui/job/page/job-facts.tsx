'use client';

import { asyncJobEvents, endEvents, responseEvents } from '#src/contract/event/event-names.ts';
import type { JobView } from '#src/contract/job/job-view.ts';
import { isTerminal } from '#src/domain/decide/job-state.ts';
import { useNow } from '#src/ui/data/server-clock.ts';
import { Fact, FactNote, Facts } from '#src/ui/parts/text/facts.tsx';
import { StateMark } from '#src/ui/parts/text/state-mark.tsx';
import { TimeOfDay, ZoneWord } from '#src/ui/parts/time/clock.tsx';
import { durationOf } from '#src/ui/words/fact-text.ts';
import { deliveryGone, wantsItsEnd } from '#src/ui/words/outlived.ts';
import { ageText } from '#src/ui/words/time-text.ts';
import { RetentionFact } from './retention-fact.tsx';

export function JobFacts({ view }: { view: JobView }) {
  const { job } = view;
  const now = useNow(1_000);
  return (
    <Facts>
      <Fact name={isTerminal(job.state) ? 'Duration' : 'Running for'}>{durationOf(job, now)}</Fact>
      <Fact name="Attempts">
        {job.attempts} <FactNote>of {job.maxAttempts}</FactNote>
      </Fact>
      <Fact name="Created">
        <TimeOfDay at={job.createdAt} />{' '}
        <FactNote>
          <span className="max-sm:hidden">
            <ZoneWord at={job.createdAt} />,{' '}
          </span>
          {ageText(now - Date.parse(job.createdAt))} ago
        </FactNote>
      </Fact>
      <Fact name="Callback">
        <CallbackState view={view} now={now} />
      </Fact>
      <RetentionFact job={job} />
    </Facts>
  );
}

const ofEnds: readonly string[] = [...endEvents, ...responseEvents, ...asyncJobEvents];

function CallbackState({ view, now }: { view: JobView; now: number }) {
  const ends = view.deliveries.filter(({ type }) => ofEnds.includes(type));
  const worst =
    ends.find(({ state }) => state === 'failed') ?? ends.find(({ endedAt }) => endedAt === null) ?? ends.at(-1);
  if (worst) return <StateMark state={worst.state} />;
  return <span className="font-normal text-fg-subtle">{noCallbackText(view, now)}</span>;
}

function noCallbackText(view: JobView, now: number): string {
  const { job } = view;
  if (job.callback === null) return 'none';
  if (!isTerminal(job.state)) return 'after the job ends';
  if (!wantsItsEnd(job)) return 'not wanted';
  return deliveryGone(view, now) ? 'deleted' : 'about to be sent';
}
