import clsx from 'clsx';
import type { CappedCount } from '#src/contract/stats/stats.ts';
import { tabClass } from '#src/ui/parts/page/tabs.tsx';
import { shortCountText } from '#src/ui/words/count-text.ts';
import { stateLook } from '#src/ui/words/state-look.ts';
import { ShallowLink } from './shallow-link.tsx';

type Props = {
  href: string;
  current: boolean;
  /** State that the tab filters by; null for a tab of several states, which has a `word` of its own. */
  state: Parameters<typeof stateLook>[0] | null;
  word?: string;
  /** Number of rows; absent for a tab that shows none. */
  count?: CappedCount | undefined;
  counted?: boolean;
};

/** Tab of a list that filters by state, with the number of rows that the other filters find. */
export function StateTab({ href, current, state, word = 'All', count, counted = state !== null }: Props) {
  const look = state && stateLook(state);
  return (
    <ShallowLink href={href} aria-current={current ? 'page' : undefined} className={tabClass(current)}>
      {look && <look.icon size={15} aria-hidden className={clsx(look.colour, 'text-state')} />}
      {look ? look.word : word}
      {counted && (
        <span className="min-w-4 text-12 font-normal text-fg-subtle">{count ? shortCountText(count) : ''}</span>
      )}
    </ShallowLink>
  );
}
