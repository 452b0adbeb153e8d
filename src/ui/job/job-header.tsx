import Link from 'next/link';
import type { Job } from '#src/contract/job.ts';
import { CopyButton } from '#src/ui/parts/copy-button.tsx';
import { MaskedText } from '#src/ui/parts/masked-text.tsx';
import { StateMark } from '#src/ui/parts/state-mark.tsx';
import { MethodTag, Tag } from '#src/ui/parts/tag.tsx';
import { urlParts } from '#src/ui/words/url-parts.ts';
import { JobActions } from './job-actions.tsx';

const maskedParameter = 'A secret: named in redact.query';

export function JobHeader({ job }: { job: Job }) {
  const { host, rest } = urlParts(job.url);
  return (
    <header className="grid grid-cols-[minmax(0,1fr)_auto] items-start gap-x-4 gap-y-1.5 max-md:grid-cols-1">
      <h1 className="flex min-w-0 flex-wrap items-center gap-x-2.5 gap-y-1 pt-1 text-16 leading-6 tracking-[-0.01em]">
        <StateMark state={job.state} look="pill" detail={job.waitReason} />
        <MethodTag method={job.method} />
        <span className="min-w-0 wrap-anywhere max-sm:basis-full">
          {host}
          <span className="font-medium text-fg-muted">
            <MaskedText text={rest} reason={maskedParameter} />
          </span>
        </span>
      </h1>
      <div className="max-md:order-3 max-md:mt-1">
        <JobActions job={job} />
      </div>
      <div className="col-span-full flex flex-wrap items-center gap-x-3.5 gap-y-1 text-12 text-fg-subtle">
        <span className="inline-flex items-center gap-1.5 font-mono text-fg-muted">
          <span className="wrap-anywhere">{job.id}</span>
          <CopyButton text={job.id} label="Copy the job's id" />
        </span>
        {job.labels.length > 0 && (
          <span className="flex flex-wrap gap-1">
            {job.labels.map((label) => (
              <Tag key={label}>{label}</Tag>
            ))}
          </span>
        )}
        {job.idempotencyKey && (
          <span>
            Idempotency key <span className="font-mono wrap-anywhere text-fg-muted">{job.idempotencyKey}</span>
          </span>
        )}
        {job.rerunOf && (
          <span>
            Run again from{' '}
            <Link
              href={`/jobs/${job.rerunOf}`}
              prefetch={false}
              className="font-mono wrap-anywhere text-accent-text underline underline-offset-2"
            >
              {job.rerunOf}
            </Link>
          </span>
        )}
      </div>
    </header>
  );
}
