'use client';

import { usePathname } from 'next/navigation';
import { useMemo, useRef, useState } from 'react';
import type { Job } from '#src/contract/job/job.ts';
import type { InboxMessage } from '#src/contract/live/inbox.ts';
import { useOrigin } from '#src/ui/data/browser/use-origin.ts';
import { useJob } from '#src/ui/data/job/use-job.ts';
import { useMe } from '#src/ui/data/project/use-me.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import { expectRun } from '#src/ui/parts/trial/expectation.ts';
import { firstValues, isUnreadable } from '#src/ui/parts/trial/form-values.ts';
import { inboxOf, inboxUrl } from '#src/ui/parts/trial/plan.ts';
import { messageOf, useInbox } from '#src/ui/parts/trial/use-inbox.ts';
import { useSubmitJob } from '#src/ui/parts/trial/use-submit-job.ts';
import { TopBar } from '#src/ui/shell/bar/top-bar.tsx';
import { PageBody } from '#src/ui/shell/page-body.tsx';
import { CourseCard } from './course-card.tsx';
import { firstInbox } from './snippets.ts';
import { SnippetsCard } from './snippets-card.tsx';
import { stepsOf } from './start-steps.ts';
import { Steps } from './steps.tsx';
import { SubmitCard } from './submit-card.tsx';
import { useNewestJob } from './use-empty-project.ts';
import { useFirstKey } from './use-first-key.ts';
import { Waiting } from './waiting.tsx';

/**
 * Page in place of an empty page. It shows how to submit the first job, here or from the user's own code, and then what
 * happens to the job.
 */
export function GetStarted({ onLeave }: { onLeave: () => void }) {
  const project = useMe().data?.project.name;
  const origin = useOrigin();
  const newest = useNewestJob();
  const [values, setValues] = useState(() => firstValues(firstInbox));
  const [submitted, setSubmitted] = useState<string | null>(null);
  const id = submitted ?? newest?.id ?? null;
  const { view } = useJob(id);
  const job = view?.job;
  const message = useCallbackOf(job);
  const firstKey = useFirstKey();
  const course = useRef<HTMLDivElement>(null);
  const submit = useSubmitJob(origin, (made) => {
    setSubmitted(made);
    course.current?.scrollIntoView({ block: 'nearest' });
  });
  const foreseen = useMemo(() => expectRun(values), [values]);
  const expectation = isUnreadable(foreseen) ? null : foreseen;
  const callback = values.callback === 'inbox' ? inboxUrl(origin, firstInbox) : null;
  return (
    <>
      <TopBar>
        {/* The page stands in for another one, whose name it keeps. */}
        <span>{usePathname() === '/jobs' ? 'Jobs' : 'Overview'}</span>
      </TopBar>
      <PageBody capped>
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <div className="min-w-0 flex-1 max-sm:basis-full">
            <h1>Get your first ring back</h1>
            <p className="text-fg-muted">{noteOf(project, id)}</p>
          </div>
          <Button kind="ghost" className="max-sm:-ml-3" onClick={onLeave}>
            {id === null ? 'Skip, show the empty dashboard' : 'Show the dashboard'}
          </Button>
        </div>
        <Steps steps={stepsOf(job, message, firstKey)} />
        <Waiting job={job} verified={message?.verified ?? false} />
        <div className="grid grid-cols-2 gap-4 max-md:grid-cols-1 max-sm:gap-3 [&>*]:min-w-0">
          <SubmitCard
            values={values}
            onChange={(change) => {
              submit.forget();
              setValues((before) => ({ ...before, ...change }));
            }}
            submit={submit}
            expectation={expectation}
            origin={origin}
          />
          <SnippetsCard origin={origin} firstKey={firstKey} />
        </div>
        <div ref={course} className="min-w-0 scroll-mb-6 max-sm:scroll-mb-20">
          <CourseCard
            expectation={values.target === 'own' ? null : expectation}
            callback={callback}
            live={
              view ? { job: view.job, course: view, expected: submitted !== null && values.target !== 'own' } : null
            }
            message={message}
          />
        </div>
      </PageBody>
    </>
  );
}

function noteOf(project: string | undefined, id: string | null): string {
  const name = project === undefined ? 'This project' : `Project ${project}`;
  return id === null
    ? `${name} is empty. Submit one job here or from your app: two minutes.`
    : `${name} has its first job. Submit as many as you like.`;
}

/** Returns the message with which the job's end has arrived in an inbox of this Ringback. */
function useCallbackOf(job: Job | undefined): InboxMessage | undefined {
  const inbox = inboxOf(job?.callback?.url);
  const { data } = useInbox(inbox ?? '', 20);
  return inbox === null || !job ? undefined : messageOf(data?.messages, job.id);
}
