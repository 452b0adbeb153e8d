'use client';

import type { Job } from '#src/contract/job/job.ts';
import type { InboxMessage as Message } from '#src/contract/live/inbox.ts';
import { isTerminal } from '#src/domain/decide/job-state.ts';
import { useNow } from '#src/ui/data/server-clock.ts';
import { Card, CardHead } from '#src/ui/parts/page/card.tsx';
import type { Expectation } from '#src/ui/parts/trial/expectation.ts';
import { plannedLanes } from '#src/ui/parts/trial/expected-lanes.ts';
import { InboxMessage } from '#src/ui/parts/trial/inbox-message.tsx';
import { endOf, Lanes } from '#src/ui/parts/trial/lanes.tsx';
import { type Course, liveLanes, mergedLanes } from '#src/ui/parts/trial/live-lanes.ts';

const mostLanes = 6;

type Props = {
  expectation: Expectation | null;
  callback: string | null;
  live: { job: Job; course: Course; expected: boolean } | null;
  message: Message | undefined;
};

/**
 * Shows what is expected, and then in the same lines what happens: each attempt takes the place of the expected one.
 */
export function CourseCard({ expectation, callback, live, message }: Props) {
  const now = useNow(live && !isTerminal(live.job.state) ? 250 : 60_000);
  const planned = expectation ? plannedLanes(expectation, callback, mostLanes) : [];
  const lanes = live
    ? mergedLanes(liveLanes(live.job, live.course, now), live.expected ? planned : [], live.job)
    : planned;
  const title = live ? 'What happens' : 'What you will see';
  return (
    <Card label={title}>
      <CardHead title={title}>
        <span className="mr-2 text-12 text-fg-subtle">
          {live ? 'attempts as they are made' : 'the flaky target, as it usually goes'}
        </span>
      </CardHead>
      <div style={{ minHeight: `${(planned.length || 4) * 30 + 20}px` }}>
        <Lanes label={title} lanes={lanes} totalMs={Math.max(1, ...lanes.map(endOf))} />
      </div>
      {message ? (
        <ol aria-label="The callback in the inbox" className="border-t">
          <InboxMessage message={message} />
        </ol>
      ) : (
        <p className="flex min-h-[53px] items-center border-t px-4 py-2 text-12 text-fg-subtle">
          The result is kept for a day, unless the project or the job says otherwise.
        </p>
      )}
    </Card>
  );
}
