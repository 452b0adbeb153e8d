import Link from 'next/link';
import { Fragment } from 'react';

/** Shows where the user is: the list of jobs, a job, and a page below the job. */
export function JobCrumbs({ id, page }: { id: string; page?: string }) {
  const parents = [{ href: '/jobs', words: 'Jobs', mono: false }];
  if (page !== undefined) parents.push({ href: `/jobs/${encodeURIComponent(id)}`, words: id, mono: true });
  return (
    <>
      {parents.map(({ href, words, mono }) => (
        <Fragment key={href}>
          <Link
            href={href}
            prefetch={false}
            className={`text-fg-muted hover:text-fg ${mono ? 'truncate font-mono text-12 font-normal' : ''}`}
          >
            {words}
          </Link>
          <span className="text-fg-subtle" aria-hidden>
            /
          </span>
        </Fragment>
      ))}
      <span
        className={page === undefined ? 'truncate font-mono text-12 font-normal' : 'whitespace-nowrap'}
        aria-current="page"
      >
        {page ?? id}
      </span>
    </>
  );
}
