'use client';

import type { JobView } from '#src/contract/job-view.ts';
import { endEvents } from '#src/contract/limits.ts';
import { isTerminal } from '#src/domain/job-state.ts';
import { useNow } from '#src/ui/data/server-clock.ts';
import { Fact, FactNote, Facts } from '#src/ui/parts/facts.tsx';
import { Moment } from '#src/ui/parts/moment.tsx';
import { StateMark } from '#src/ui/parts/state-mark.tsx';
import { ageText, clockText } from '#src/ui/words/time-text.ts';
import { durationOf } from './fact-text.ts';
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
        <Moment at={job.createdAt}>{clockText(job.createdAt, now)}</Moment>{' '}
        <FactNote>
          <span className="max-sm:hidden">UTC, </span>
          {ageText(now - Date.parse(job.createdAt))} ago
        </FactNote>
      </Fact>
      <Fact name="Callback">
        <CallbackState view={view} />
      </Fact>
      <RetentionFact job={job} />
    </Facts>
  );
}

function CallbackState({ view: { job, deliveries } }: { view: JobView }) {
  const ends = deliveries.filter(({ type }) => (endEvents as readonly string[]).includes(type));
  const worst = ends.find(({ state }) => state === 'failed') ?? ends.at(-1);
  if (worst) return <StateMark state={worst.state} />;
  return (
    <span className="font-normal text-fg-subtle">
      {job.callback === null ? 'none' : isTerminal(job.state) ? 'not wanted' : 'after the job ends'}
    </span>
  );
}
