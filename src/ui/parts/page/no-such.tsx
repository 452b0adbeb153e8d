'use client';

import Link from 'next/link';
import { showOverlay } from '#src/ui/data/browser/overlay.ts';
import { problemOf } from '#src/ui/data/refusal.ts';
import { Search } from '#src/ui/icons/icons.ts';
import { Button, buttonClass } from '#src/ui/parts/form/button.tsx';
import { Failure } from './failure.tsx';

type Props = {
  /** What was asked for, in one word: "delivery". */
  what: string;
  id: string;
  error: unknown;
  onRetry: () => void;
  /** The list in which it would be, and its name: "deliveries". */
  list: { href: string; name: string };
  /** How else it may have gone: "it is older than the time that deliveries are kept". */
  gone: string;
  /** Level of the heading. Beside a list, the page has an `h1` already. */
  level?: 1 | 2;
};

/** Shows in place of something with an id that it does not exist here, or that it could not be loaded. */
export function NoSuch({ what, id, error, onRetry, list, gone, level = 1 }: Props) {
  const { code } = problemOf(error);
  const Heading = level === 1 ? 'h1' : 'h2';
  if (code !== 'not_found' && code !== 'invalid_input')
    return (
      <section className="card" aria-label={what}>
        <Failure error={error} what={`The ${what} could not be loaded`} onRetry={onRetry} />
      </section>
    );
  return (
    <section className="card grid justify-items-center gap-1.5 px-6 py-9 text-center" aria-label={what}>
      <Heading>There is no such {what}</Heading>
      <p className="max-w-[60ch] text-balance wrap-anywhere text-fg-muted">
        No {what} <code>{id.slice(0, 200)}</code> exists in this project. It may belong to another project, its id may
        be cut short, or {gone}.
      </p>
      <Elsewhere list={list} />
    </section>
  );
}

/** Ways to go on from what does not exist: its list, and the search for anything. */
export function Elsewhere({ list }: Pick<Props, 'list'>) {
  return (
    <span className="mt-2.5 flex flex-wrap justify-center gap-2">
      <Link href={list.href} prefetch={false} className={buttonClass()}>
        Show all {list.name}
      </Link>
      <Button icon={Search} onClick={() => showOverlay('palette')}>
        Find it by its id
      </Button>
    </span>
  );
}
