'use client';

import Link from 'next/link';
import { problemOf } from '#src/ui/data/refusal.ts';
import { buttonClass } from '#src/ui/parts/form/button.tsx';
import { Failure } from '#src/ui/parts/page/failure.tsx';

type NoJobProps = {
  id: string;
  error: unknown;
  onRetry: () => void;
  /** Level of the heading. Beside a list, the page has an `h1` already. */
  level?: 1 | 2;
};

/** Shows in the place of a job that there is no such job, or that it could not be loaded. */
export function NoJob({ id, error, onRetry, level = 1 }: NoJobProps) {
  const { code } = problemOf(error);
  const unknown = code === 'not_found' || code === 'invalid_input';
  return (
    <section className="card" aria-label="Job">
      {unknown ? (
        <NoSuchJob id={id} level={level} />
      ) : (
        <Failure error={error} what="The job could not be loaded" onRetry={onRetry} />
      )}
    </section>
  );
}

function NoSuchJob({ id, level }: Required<Pick<NoJobProps, 'id' | 'level'>>) {
  const Heading = level === 1 ? 'h1' : 'h2';
  return (
    <div className="grid justify-items-center gap-1.5 px-6 py-9 text-center">
      <Heading>There is no such job</Heading>
      <p className="max-w-[60ch] text-balance wrap-anywhere text-fg-muted">
        No job <code>{id.slice(0, 200)}</code> exists in this project. It may belong to another project, its id may be
        cut short, or the job is older than the time that jobs are kept.
      </p>
      <Link href="/jobs" className={`${buttonClass()} mt-2.5`}>
        Show all jobs
      </Link>
    </div>
  );
}
