'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import type { Flow } from '#src/contract/flow/flow.ts';
import { problemOf } from '#src/ui/data/refusal.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { CirclePause, EllipsisVertical, ListChecks, Pencil, Play } from '#src/ui/icons/icons.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import { Menu, MenuItem, MenuLine, MenuLink } from '#src/ui/parts/overlay/menu.tsx';
import { toast } from '#src/ui/parts/overlay/toast.tsx';
import { flowJobsUrl } from '#src/ui/words/flow-words.ts';

const FlowLimitsDialog = lazy(async () => ({
  default: (await import('./flow-limits-dialog.tsx')).FlowLimitsDialog,
}));

/** Menu of what may be done with a flow. */
export function FlowMenu({ flow }: { flow: Flow }) {
  const [asked, setAsked] = useState(false);
  const { pause, resume } = useFlowActs();
  const busy = pause.isPending || resume.isPending;
  return (
    <>
      <Menu
        label={`Actions for ${flow.key}`}
        align="end"
        trigger={
          <Button
            kind="ghost"
            size="icon"
            icon={EllipsisVertical}
            busy={busy}
            aria-label={`Actions for ${flow.key}`}
            className="relative z-1"
          />
        }
      >
        {flow.pausedAt === null ? (
          <MenuItem icon={CirclePause} onClick={() => pause.mutate({ id: flow.key })}>
            Pause
          </MenuItem>
        ) : (
          <MenuItem icon={Play} onClick={() => resume.mutate({ id: flow.key })}>
            Resume
          </MenuItem>
        )}
        <MenuItem icon={Pencil} onClick={() => setAsked(true)}>
          Set limits…
        </MenuItem>
        <MenuLine />
        <MenuLink icon={ListChecks} href={flowJobsUrl(flow.key)}>
          Jobs
        </MenuLink>
      </Menu>
      {asked && (
        <Suspense fallback={null}>
          <FlowLimitsDialog flow={flow} onClose={() => setAsked(false)} />
        </Suspense>
      )}
    </>
  );
}

function useFlowActs() {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const refresh = () => void queries.invalidateQueries(trpc.flows.pathFilter());
  const failed = (title: string) => (error: unknown) =>
    toast({ tone: 'failure', title, description: problemOf(error).message });
  return {
    pause: useMutation(
      trpc.flows.pause.mutationOptions({
        onSuccess: ({ key, running }) => {
          refresh();
          toast({ title: `${key} is paused`, ...(running > 0 && { description: 'What is under way goes on.' }) });
        },
        onError: failed('The flow could not be paused'),
      }),
    ),
    resume: useMutation(
      trpc.flows.resume.mutationOptions({
        onSuccess: ({ key }) => {
          refresh();
          toast({ title: `${key} goes on` });
        },
        onError: failed('The flow could not be resumed'),
      }),
    ),
  };
}
