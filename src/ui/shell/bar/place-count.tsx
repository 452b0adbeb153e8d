'use client';

import { useQuery } from '@tanstack/react-query';
import type { NowCounts } from '#src/contract/stats/stats.ts';
import { useHydrated } from '#src/ui/data/browser/use-hydrated.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import type { Place } from '#src/ui/shell/navigation.ts';
import { shortCountText } from '#src/ui/words/count-text.ts';

const refreshMs = 5_000;

const looks: Record<keyof NowCounts, { colour: string; dot: boolean; words: (count: string) => string }> = {
  inProgress: { colour: 'text-fg-subtle', dot: false, words: (count) => `${count} in progress` },
  troubledEndpoints: { colour: 'text-failed-text', dot: true, words: (count) => `${count} disabled or failing` },
};

/** Shows how many items of a page are under way or need attention; nothing if there are none. */
export function PlaceCount({ of, only }: { of: Place['count']; only: 'number' | 'dot' }) {
  const trpc = useTRPC();
  const counts = useQuery(
    trpc.stats.now.queryOptions(undefined, { refetchInterval: refreshMs, enabled: of !== undefined }),
  );
  const count = of && counts.data?.[of];
  if (!useHydrated() || !count || count.count === 0) return null;
  const look = looks[of];
  const words = look.words(shortCountText(count));
  if (only === 'number') {
    return (
      <span className={`ml-auto text-12 font-normal ${look.colour}`} title={words}>
        <span aria-hidden>{shortCountText(count)}</span>
        <span className="sr-only">{words}</span>
      </span>
    );
  }
  if (!look.dot) return null;
  return (
    <span className="absolute -top-0.5 -right-1 size-2 rounded-full bg-failed ring-2 ring-bg" title={words}>
      <span className="sr-only">{words}</span>
    </span>
  );
}
