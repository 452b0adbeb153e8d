'use client';

import Link from 'next/link';
import type { BodyStart, JobView } from '#src/contract/job/job-view.ts';
import { MaskedText } from '#src/ui/parts/body/masked-text.tsx';
import { JobActions } from '#src/ui/parts/job/job-actions.tsx';
import { JobAddress } from '#src/ui/parts/job/job-address.tsx';
import { CopyButton } from '#src/ui/parts/text/copy-button.tsx';
import { StateMark } from '#src/ui/parts/text/state-mark.tsx';
import { MethodTag, Tag } from '#src/ui/parts/text/tag.tsx';
import { flowsUrl } from '#src/ui/words/flow-words.ts';

export function JobHeader({ view, body }: { view: JobView; body: BodyStart | null | undefined }) {
  const { job } = view;
  return (
    <header className="grid grid-cols-[minmax(0,1fr)_auto] items-start gap-x-4 gap-y-1.5 max-lg:grid-cols-1">
      <h1 className="flex min-w-0 items-start gap-x-2.5 gap-y-1 pt-1 text-16 max-sm:flex-wrap leading-6 tracking-[-0.01em]">
        {/* The mark is as wide in every state as in the widest one: the URL must not move or wrap differently. */}
        <StateMark state={job.state} look="pill" detail={job.waitReason} className="min-w-[114px] justify-center" />
        <span className="flex h-6 items-center">
          <MethodTag method={job.method} />
        </span>
        <JobAddress url={job.url} />
      </h1>
      <div className="min-w-0 max-lg:order-3 max-lg:mt-1">
        <JobActions view={view} body={body} keys />
      </div>
      <div className="col-span-full flex flex-wrap items-center gap-x-3.5 gap-y-1 text-12 text-fg-subtle">
        <span className="inline-flex items-center gap-1.5 font-mono text-fg-muted">
          <span className="wrap-anywhere">{job.id}</span>
          <CopyButton text={job.id} label="Copy the job's id" />
        </span>
        {view.apiKeyName !== null && (
          <span>
            API key <b className="font-medium text-fg-muted">{view.apiKeyName}</b>
          </span>
        )}
        {job.labels.length > 0 && (
          <span className="flex min-w-0 flex-wrap gap-1">
            {job.labels.map((label) => (
              <Link key={label} href={`/jobs?label=${encodeURIComponent(label)}`} prefetch={false} className="min-w-0">
                <Tag>
                  <MaskedText text={label} reason="A secret" />
                </Tag>
              </Link>
            ))}
          </span>
        )}
        {job.flow !== null && (
          <span className="min-w-0 wrap-anywhere">
            Flow{' '}
            <Link
              href={flowsUrl(job.flow)}
              prefetch={false}
              className="font-medium text-accent-text underline underline-offset-2"
            >
              {job.flow}
            </Link>
          </span>
        )}
        {job.priority !== 0 && (
          <span>
            Priority <b className="font-medium text-fg-muted">{job.priority}</b>
          </span>
        )}
        {job.idempotencyKey && (
          <span>
            Idempotency key{' '}
            <span className="font-mono wrap-anywhere text-fg-muted">
              <MaskedText text={job.idempotencyKey} reason="A secret" />
            </span>
          </span>
        )}
        {view.runId !== null && <Origin href={`/runs/${view.runId}`} id={view.runId} words="Part of" />}
        {job.rerunOf && <Origin href={`/jobs/${job.rerunOf}`} id={job.rerunOf} words="Run again from" />}
        {view.rerunAs && <Origin href={`/jobs/${view.rerunAs}`} id={view.rerunAs} words="Run again as" />}
      </div>
    </header>
  );
}

function Origin({ href, id, words }: { href: string; id: string; words: string }) {
  return (
    <span>
      {words}{' '}
      <Link
        href={href}
        prefetch={false}
        className="font-mono wrap-anywhere text-accent-text underline underline-offset-2"
      >
        {id}
      </Link>
    </span>
  );
}
