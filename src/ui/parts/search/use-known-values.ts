'use client';

import { skipToken, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { KnownValuesInput } from '#src/contract/job/known-values.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';

const pauseMs = 120;
const freshMs = 30_000;
const none: readonly string[] = [];

/** Returns values that are known, after a pause in typing. Without an answer, or without a question, there are none. */
export function useKnownValues(ask: KnownValuesInput | null): readonly string[] {
  const trpc = useTRPC();
  const wanted = JSON.stringify(ask);
  const [asked, setAsked] = useState('null');
  useEffect(() => {
    const timer = setTimeout(() => setAsked(wanted), pauseMs);
    return () => clearTimeout(timer);
  }, [wanted]);
  const input = JSON.parse(asked) as KnownValuesInput | null;
  const { data } = useQuery(
    trpc.jobs.knownValues.queryOptions(input ?? skipToken, {
      staleTime: freshMs,
      retry: false,
      // While one types on, and until the answer is there, what was known before is shown: whoever asks leaves out what
      // does not fit. A list that went away meanwhile would take the chosen value with it.
      placeholderData: (before, query) => (isOfSame(query?.queryKey[1]?.input, input) ? before : undefined),
    }),
  );
  return (isOfSame(input, ask) && data?.values) || none;
}

/** Returns true if both ask for values of the same thing, whatever was typed. */
function isOfSame(one: unknown, other: KnownValuesInput | null): boolean {
  const asked = one as KnownValuesInput | null | undefined;
  return asked != null && other !== null && asked.of === other.of && asked.path === other.path;
}
