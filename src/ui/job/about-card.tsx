import type { ReactNode } from 'react';
import type { Job } from '#src/contract/job.ts';
import { BodyView } from '#src/ui/parts/body-view.tsx';
import { exactText } from '#src/ui/words/time-text.ts';

export function AboutCard({ job }: { job: Job }) {
  const metadata = job.metadata === null ? null : JSON.stringify(job.metadata);
  return (
    <section className="card overflow-clip" aria-label="About this job">
      <div className="card-head">
        <h2>About this job</h2>
      </div>
      <dl className="grid grid-cols-[96px_minmax(0,1fr)] gap-x-3 gap-y-2 p-4">
        <Line name="Created">{exactText(job.createdAt)}</Line>
        {job.runAt && <Line name="Not before">{exactText(job.runAt)}</Line>}
        {job.startedAt && <Line name="Started">{exactText(job.startedAt)}</Line>}
        {job.endedAt && <Line name="Ended">{exactText(job.endedAt)}</Line>}
        {job.deadlineAt && <Line name="Deadline">{exactText(job.deadlineAt)}</Line>}
        {job.callback && (
          <Line name="Callback">{`${job.callback.events.join(', ')}, ${job.callback.payload} payload`}</Line>
        )}
      </dl>
      {metadata !== null && (
        <BodyView
          title="Metadata"
          view={{ body: metadata, encoding: 'utf8', size: metadata.length, truncated: false }}
          contentType="application/json"
        />
      )}
    </section>
  );
}

function Line({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-fg-subtle">{name}</dt>
      <dd className="min-w-0 wrap-anywhere">{children}</dd>
    </>
  );
}
