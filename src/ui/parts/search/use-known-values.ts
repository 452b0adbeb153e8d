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
    trpc.jobs.knownValues.queryOptions(input ?? skipToken, { staleTime: freshMs, retry: false }),
  );
  // While one types on, what was known before is shown: whoever asks leaves out what does not fit.
  const isSame = input !== null && input.of === ask?.of && input.path === ask.path;
  return (isSame && data?.values) || none;
}
