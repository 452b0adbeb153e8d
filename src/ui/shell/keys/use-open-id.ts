'use client';

import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useRef } from 'react';
import type { FoundId } from '#src/contract/shape/found-id.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { toast } from '#src/ui/parts/overlay/toast.tsx';
import { isSoughtId, pageOfId } from '#src/ui/shell/navigation.ts';

/**
 * Returns a function that opens the page of a whole id, and returns false for any other text. The server is asked for
 * ids that do not say themselves what their page is. `opened` is called when a page is opened.
 */
export function useOpenId(opened?: () => void): (text: string) => boolean {
  const router = useRouter();
  const trpc = useTRPC();
  const queries = useQueryClient();
  const asked = useRef('');
  const go = (href: string) => {
    opened?.();
    router.push(href);
  };
  return (text) => {
    const id = text.trim();
    const page = pageOfId(id);
    asked.current = id;
    if (page !== null) {
      go(page);
      return true;
    }
    if (!isSoughtId(id)) return false;
    queries
      .fetchQuery(trpc.find.id.queryOptions({ id }, { staleTime: 1_000 }))
      .then((found) => {
        // Something else was typed meanwhile.
        if (asked.current !== id) return;
        if (found) go(hrefOf(found));
        else toast({ tone: 'info', title: 'Nothing in this project has this id', description: id });
      })
      .catch(() => toast({ tone: 'failure', title: 'The id could not be looked up', description: id }));
    return true;
  };
}

function hrefOf(found: FoundId): string {
  switch (found.kind) {
    case 'job':
      return `/jobs/${found.id}?attempt=${found.attempt}`;
    case 'delivery':
      return `/deliveries/${found.id}${found.attempt === null ? '' : `?attempt=${found.attempt}`}`;
    case 'event':
      return `/deliveries?q=${found.id}`;
    case 'flow':
      return `/flows?search=${encodeURIComponent(found.key)}`;
    case 'schedule':
      return `/schedules?search=${encodeURIComponent(found.name)}`;
  }
}
