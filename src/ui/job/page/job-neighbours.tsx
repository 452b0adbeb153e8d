'use client';

import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useKeys } from '#src/ui/data/browser/use-keys.ts';
import { neighboursOf } from '#src/ui/data/job/list-before.ts';
import { ChevronDown, ChevronUp } from '#src/ui/icons/icons.ts';
import type { Icon } from '#src/ui/icons/make-icon.tsx';
import { buttonClass } from '#src/ui/parts/form/button.tsx';
import { Tooltip } from '#src/ui/parts/overlay/tooltip.tsx';

/** Leads to the jobs above and below in the list from which the reader came. Without such a list it shows nothing. */
export function JobNeighbours({ id }: { id: string }) {
  const { previous, next } = neighboursOf(id);
  const router = useRouter();
  const go = (to: string | null) => () => {
    if (to !== null) router.push(`/jobs/${to}`);
  };
  useKeys({ j: go(next), k: go(previous) });
  return (
    <span className="ml-1.5 flex max-sm:hidden">
      {previous !== null && <Step to={previous} words="Previous job of the list" keys="k" icon={ChevronUp} />}
      {next !== null && <Step to={next} words="Next job of the list" keys="j" icon={ChevronDown} />}
    </span>
  );
}

function Step({ to, words, keys, icon: Icon }: { to: string; words: string; keys: string; icon: Icon }) {
  return (
    <Tooltip text={words} keys={keys} side="bottom">
      <Link href={`/jobs/${to}`} prefetch={false} aria-label={words} className={buttonClass('ghost', 'icon')}>
        <Icon size={14} aria-hidden />
      </Link>
    </Tooltip>
  );
}
