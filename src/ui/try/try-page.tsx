'use client';

import { useSearchParams } from 'next/navigation';
import { useMemo, useRef, useState } from 'react';
import { inboxName } from '#src/contract/live/inbox.ts';
import { parseId } from '#src/domain/text/id.ts';
import { goTo } from '#src/ui/data/browser/address.ts';
import { useOrigin } from '#src/ui/data/browser/use-origin.ts';
import { PageHead } from '#src/ui/parts/page/page-head.tsx';
import { expectRun } from '#src/ui/parts/trial/expectation.ts';
import { durationWords } from '#src/ui/parts/trial/expectation-words.ts';
import { plannedLanes } from '#src/ui/parts/trial/expected-lanes.ts';
import { firstValues, isUnreadable, type TryValues } from '#src/ui/parts/trial/form-values.ts';
import { JobCard } from '#src/ui/parts/trial/job-card.tsx';
import type { Lane } from '#src/ui/parts/trial/lanes.tsx';
import { inboxUrl } from '#src/ui/parts/trial/plan.ts';
import { TryForm } from '#src/ui/parts/trial/try-form.tsx';
import { useSubmitJob } from '#src/ui/parts/trial/use-submit-job.ts';
import { TopBar } from '#src/ui/shell/bar/top-bar.tsx';
import { PageBody } from '#src/ui/shell/page-body.tsx';
import { CallbackFields } from './callback-fields.tsx';
import { ExpectationCard } from './expectation-card.tsx';
import { InboxCard } from './inbox-card.tsx';
import { PolicyFields } from './policy-fields.tsx';
import { RequestFields } from './request-fields.tsx';

const usualInbox = 'playground';
const mostPlanned = 8;
const shownFields = [
  ...['url', 'method', 'plan', 'headers', 'json', 'body', 'retry', 'accept', 'timeout'],
  ...['maxAttempts', 'callback', 'resultTtlSeconds', 'labels'],
];

/** Page for a job made by hand. It shows what the policy would do, what happens, and what the inbox gets. */
export function TryPage() {
  const origin = useOrigin();
  return (
    <>
      <TopBar>
        <span>Playground</span>
      </TopBar>
      <PageBody capped>
        <PageHead title="Playground" note="Send a job, see it retried, and look at the callback it rings." />
        {/* Everything below contains the address of this server, which only a browser knows. */}
        {origin !== '' && <Play origin={origin} />}
      </PageBody>
    </>
  );
}

function Play({ origin }: { origin: string }) {
  const params = useSearchParams();
  const inbox = nameOr(params.get('inbox'), usualInbox);
  const job = jobOr(params.get('job'));
  const [values, setValues] = useState(() => firstValues(inbox));
  const [planned, setPlanned] = useState<readonly Lane[]>([]);
  const live = useRef<HTMLDivElement>(null);
  const expectation = useMemo(() => expectRun(values), [values]);
  const callback = callbackOf(values, origin);
  const submit = useSubmitJob(origin, (id) => {
    setPlanned(isUnreadable(expectation) ? [] : plannedLanes(expectation, callback, mostPlanned));
    goTo(pageUrl(inbox, id), 'replace');
    live.current?.scrollIntoView({ block: 'nearest' });
  });
  const change = (next: Partial<TryValues>) => {
    submit.forget();
    setValues((before) => ({ ...before, ...next }));
    if (next.inbox !== undefined && inboxName.test(next.inbox)) goTo(pageUrl(next.inbox, job), 'replace');
  };
  const fields = { values, onChange: change, errorOf: submit.errorOf, origin };
  const isShown = submit.errorOf(...shownFields) !== undefined;
  return (
    <div className="grid grid-cols-2 items-start gap-4 max-lg:grid-cols-1 max-sm:gap-3 [&>*]:min-w-0">
      <TryForm
        title="Request"
        isPending={submit.isPending}
        aside={isUnreadable(expectation) ? '' : durationWords(expectation)}
        problem={submit.problem && !isShown ? submit.problem.message : null}
        onSubmit={() => submit.submit(values)}
      >
        <RequestFields {...fields} />
        <PolicyFields {...fields} />
        <CallbackFields {...fields} />
      </TryForm>
      <div className="grid gap-4 max-sm:gap-3 [&>*]:min-w-0">
        <ExpectationCard expectation={expectation} callback={callback} supposed={values.target === 'own'} />
        <div ref={live} className="scroll-mt-16">
          <JobCard id={job} planned={values.target === 'own' ? [] : planned} />
        </div>
        <InboxCard key={inbox} name={inbox} origin={origin} />
      </div>
    </div>
  );
}

function callbackOf({ callback, inbox, callbackUrl }: TryValues, origin: string): string | null {
  if (callback === 'none') return null;
  return callback === 'inbox' ? inboxUrl(origin, inbox) : callbackUrl;
}

function pageUrl(inbox: string, job: string | null): string {
  const query = new URLSearchParams({
    ...(inbox !== usualInbox && { inbox }),
    ...(job !== null && { job }),
  }).toString();
  return query === '' ? '/try' : `/try?${query}`;
}

function nameOr(name: string | null, usual: string): string {
  return name !== null && inboxName.test(name) ? name : usual;
}

function jobOr(id: string | null): string | null {
  return id !== null && parseId('job', id) !== null ? id : null;
}
