'use client';

import { useQuery } from '@tanstack/react-query';
import { pausedFlowText, waitTexts } from '#src/contract/job/job-wait.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';

const refreshMs = 5_000;

/** Says why a job waits in its flow: there is no room, or the flow is paused. */
export function FlowWait({ flow }: { flow: string }) {
  const trpc = useTRPC();
  const { data } = useQuery(trpc.flows.get.queryOptions({ id: flow }, { refetchInterval: refreshMs }));
  return data?.pausedAt ? pausedFlowText : waitTexts.flow;
}
