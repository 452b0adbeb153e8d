'use client';

import Link from 'next/link';
import type { ReactNode } from 'react';
import type { JobView } from '#src/contract/job/job-view.ts';
import { useKeys } from '#src/ui/data/browser/use-keys.ts';
import { useRequestBody } from '#src/ui/data/job/use-attempt.ts';
import { useJob } from '#src/ui/data/job/use-job.ts';
import { ChevronDown, ChevronUp, Maximize2, X } from '#src/ui/icons/icons.ts';
import type { Icon } from '#src/ui/icons/make-icon.tsx';
import { Button, buttonClass } from '#src/ui/parts/form/button.tsx';
import { JobActions } from '#src/ui/parts/job/job-actions.tsx';
import { JobAddress } from '#src/ui/parts/job/job-address.tsx';
import { JobSkeleton } from '#src/ui/parts/job/job-skeleton.tsx';
import { NextAttempt } from '#src/ui/parts/job/next-attempt.tsx';
import { NoJob } from '#src/ui/parts/job/no-job.tsx';
import { Tooltip } from '#src/ui/parts/overlay/tooltip.tsx';
import { CopyButton } from '#src/ui/parts/text/copy-button.tsx';
import { StateMark } from '#src/ui/parts/text/state-mark.tsx';
import { MethodTag } from '#src/ui/parts/text/tag.tsx';
import { PeekAttempts } from './peek-attempts.tsx';
import { PeekCallbacks } from './peek-callbacks.tsx';
import { PeekFacts } from './peek-facts.tsx';
import { PeekResponse } from './peek-response.tsx';

type Props = {
  id: string;
  /** Jobs before and after this one in the list; null at the ends of the list. */
  neighbours: { before: string | null; after: string | null };
  onShow: (id: string) => void;
  onClose: () => void;
};

/** Panel beside the list with the most important parts of a job's page. */
export function PeekPanel({ id, neighbours, onShow, onClose }: Props) {
  useKeys({ Escape: onClose });
  const { view, error, retry } = useJob(id);
  return (
    <aside aria-label="Peek" className="peek">
      {/* This element stays when the job changes, or screen readers would not announce the change. */}
      <p role="status" className="sr-only">
        {view && `${view.job.method} ${view.job.url}`}
      </p>
      <div className="sticky top-0 z-10 flex h-11 items-center gap-0.5 border-b bg-bg pr-2 pl-4">
        <span className="flex min-w-0 flex-1 items-center gap-1.5 font-mono text-12 text-fg-muted">
          <span className="truncate">{id}</span>
          <CopyButton text={id} label="Copy the job's id" />
        </span>
        <Step label="The job above" keys="k" icon={ChevronUp} to={neighbours.before} onShow={onShow} />
        <Step label="The job below" keys="j" icon={ChevronDown} to={neighbours.after} onShow={onShow} />
        <Tooltip side="bottom" text="Open its page" keys="↵">
          <Link
            href={`/jobs/${id}`}
            prefetch={false}
            aria-label="Open its page"
            className={buttonClass('ghost', 'icon')}
          >
            <Maximize2 size={15} aria-hidden />
          </Link>
        </Tooltip>
        <Tooltip side="bottom" text="Close" keys="Escape">
          <Button kind="ghost" size="icon" icon={X} aria-label="Close" onClick={onClose} />
        </Tooltip>
      </div>
      {view ? (
        <Peeked key={id} view={view} />
      ) : (
        <Inside>{error ? <NoJob id={id} error={error} onRetry={retry} level={2} /> : <JobSkeleton />}</Inside>
      )}
    </aside>
  );
}

type StepProps = Pick<Props, 'onShow'> & { label: string; keys: string; icon: Icon; to: string | null };

/**
 * Button to the job above or below. At an end of the list it stays and keeps the focus: a button that is disabled or
 * created again would lose the focus.
 */
function Step({ label, keys, icon, to, onShow }: StepProps) {
  const why = to === null ? 'This page of the list ends here' : undefined;
  return (
    <Tooltip side="bottom" text={why ?? label} {...(!why && { keys })}>
      <Button
        kind="ghost"
        size="icon"
        icon={icon}
        aria-label={label}
        aria-disabled={to === null || undefined}
        aria-description={why}
        onClick={() => to !== null && onShow(to)}
      />
    </Tooltip>
  );
}

function Peeked({ view }: { view: JobView }) {
  const { job, attempts } = view;
  const body = useRequestBody(view);
  return (
    <Inside>
      <header className="grid gap-2.5">
        <h2 className="flex flex-wrap items-center gap-x-2.5 gap-y-1.5 text-14 leading-5">
          <StateMark state={job.state} look="pill" detail={job.waitReason} />
          <MethodTag method={job.method} />
          <span className="min-w-0 basis-full">
            <JobAddress url={job.url} />
          </span>
        </h2>
        <JobActions view={view} body={body.start} wrap />
      </header>
      <NextAttempt job={job} last={attempts.at(-1)} />
      <PeekFacts view={view} />
      <PeekAttempts view={view} />
      <PeekResponse view={view} />
      <PeekCallbacks view={view} />
    </Inside>
  );
}

function Inside({ children }: { children: ReactNode }) {
  return <div className="grid grid-cols-[minmax(0,1fr)] content-start gap-3 p-4">{children}</div>;
}
