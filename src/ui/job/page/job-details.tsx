'use client';

import { useSearchParams } from 'next/navigation';
import { useRef, useState } from 'react';
import type { JobView } from '#src/contract/job/job-view.ts';
import { useKeys } from '#src/ui/data/browser/use-keys.ts';
import { useRequestBody } from '#src/ui/data/job/use-attempt.ts';
import { AttemptCard, type Look } from '#src/ui/job/attempt/attempt-card.tsx';
import { LikeFailures } from '#src/ui/job/attempt/like-failures.tsx';
import { DeliveriesCard } from '#src/ui/job/callback/deliveries-card.tsx';
import { PolicyCard } from '#src/ui/job/policy/policy-card.tsx';
import { WaterfallCard } from '#src/ui/job/waterfall/waterfall-card.tsx';
import { NextAttempt } from '#src/ui/parts/job/next-attempt.tsx';
import { AboutCard } from './about-card.tsx';
import { JobFacts } from './job-facts.tsx';
import { JobHeader } from './job-header.tsx';
import { ResultCard } from './result-card.tsx';
import type { Selection } from './selection.ts';

/** Shows what happened and what happens next at the top, and the settings and the policy below. */
export function JobDetails({ view }: { view: JobView }) {
  const { job, attempts } = view;
  const body = useRequestBody(view);
  const { selection, select, number } = useSelection(view);
  const [look, setLook] = useState<Look>('both');
  const attemptRef = useRef<HTMLDivElement>(null);
  const last = attempts.at(-1);
  const showResult = () => {
    if (last) select({ owner: job.id, number: last.number });
    setLook('response');
    attemptRef.current?.scrollIntoView({ block: 'start', behavior: 'instant' });
  };
  const chosen = attempts.find((attempt) => attempt.number === number);
  const step = (by: 1 | -1) => () => {
    const to = chosen && attempts[attempts.indexOf(chosen) + by];
    if (to) select({ owner: job.id, number: to.number });
  };
  useKeys({ ',': step(-1), '.': step(1) });
  return (
    <>
      <JobHeader view={view} body={body.start} />
      <NextAttempt job={job} last={last} />
      {job.state === 'failed' && <LikeFailures id={job.id} />}
      <JobFacts view={view} />
      <WaterfallCard view={view} selection={selection} onSelect={select} />
      <div ref={attemptRef} className="min-w-0 scroll-mt-16">
        <AttemptCard
          view={view}
          body={body}
          number={number}
          onSelect={(next) => select({ owner: job.id, number: next })}
          look={look}
          onLook={setLook}
        />
      </div>
      <div className="grid grid-cols-[minmax(0,2fr)_minmax(0,1fr)] items-start gap-4 max-lg:grid-cols-1 max-sm:gap-3">
        <div className="grid min-w-0 gap-4 max-sm:gap-3">
          <AboutCard view={view} />
          <DeliveriesCard view={view} selection={selection} onSelect={select} />
        </div>
        <div className="grid min-w-0 gap-4 max-sm:gap-3">
          <ResultCard job={job} onView={last ? showResult : null} />
          <PolicyCard view={view} selected={chosen} />
        </div>
      </div>
    </>
  );
}

/**
 * Returns the selected attempt, a function that selects another, and the number of the shown attempt. The attempt of the
 * address, or else the last one, is shown until another is chosen. Without a selected attempt, the shown attempt counts as selected.
 */
function useSelection(view: JobView): {
  selection: Selection;
  select: (next: Selection) => void;
  number: number | null;
} {
  const [chosen, setChosen] = useState<Selection>(null);
  const linked = Number(useSearchParams().get('attempt'));
  const isLinked = view.attempts.some((one) => one.number === linked);
  const [attempt, setAttempt] = useState<number | null>(isLinked ? linked : null);
  const number = attempt ?? view.attempts.at(-1)?.number ?? null;
  const select = (next: Selection) => {
    setChosen(next);
    if (next?.owner === view.job.id) setAttempt(next.number);
    else if (next) document.getElementById(next.owner)?.scrollIntoView({ block: 'nearest', behavior: 'instant' });
  };
  return { selection: chosen ?? (number === null ? null : { owner: view.job.id, number }), select, number };
}
