import type { Job, JobAttempts } from '#src/contract/job.ts';
import { isTerminal } from '#src/domain/job-state.ts';
import { Banner } from '#src/ui/parts/banner.tsx';
import { AboutCard } from './about-card.tsx';
import { AttemptsCard } from './attempts-card.tsx';
import { DeliveryCard } from './delivery-card.tsx';
import { JobFacts } from './job-facts.tsx';
import { JobHeader } from './job-header.tsx';
import { NextAttempt } from './next-attempt.tsx';
import { PolicyCard } from './policy-card.tsx';
import { RequestAndResult } from './request-and-result.tsx';

type Props = { job: Job; attempts: JobAttempts | undefined };

/** What happened and what happens next come first; what it was made of is below. */
export function JobDetails({ job, attempts }: Props) {
  return (
    <>
      <JobHeader job={job} />
      {job.error && (
        <Banner tone="failed">
          {job.error.message} <code className="text-fg-muted">{job.error.code}</code>{' '}
          <span className="text-fg-muted">
            {job.error.retryable ? 'The same request may work later.' : 'The same request will most likely fail again.'}
          </span>
        </Banner>
      )}
      <NextAttempt job={job} last={attempts?.attempts.at(-1)} />
      <JobFacts job={job} deliveries={attempts?.deliveries} />
      <AttemptsCard job={job} attempts={attempts?.attempts} />
      <RequestAndResult job={job} />
      <div className="grid grid-cols-[minmax(0,2fr)_minmax(0,1fr)] items-start gap-4 max-lg:grid-cols-1 max-sm:gap-3">
        <div className="grid min-w-0 gap-4 max-sm:gap-3">
          {attempts?.deliveries.map((delivery) => (
            <DeliveryCard key={delivery.id} delivery={delivery} />
          ))}
          {attempts?.deliveries.length === 0 && <NoDelivery job={job} />}
          <AboutCard job={job} />
        </div>
        {attempts && <PolicyCard policy={attempts.policy} attempts={attempts.attempts} />}
      </div>
    </>
  );
}

function NoDelivery({ job }: { job: Job }) {
  const words = !job.callback
    ? 'This job has no callback: its end is read with its id, or waited for.'
    : isTerminal(job.state)
      ? `The callback does not want this end: it asked for ${job.callback.events.join(', ')}.`
      : 'Sent when the job has ended.';
  return (
    <section className="card" aria-label="Callback">
      <div className="card-head">
        <h2>Callback</h2>
      </div>
      <p className="p-4 wrap-anywhere text-fg-muted">
        {words} {job.callback && <code>{job.callback.url ?? job.callback.endpoint}</code>}
      </p>
    </section>
  );
}
