'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import type { ScheduleSummary } from '#src/contract/schedule/schedule.ts';
import { problemOf } from '#src/ui/data/refusal.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { CalendarClock, CirclePause, EllipsisVertical, ListChecks, Pencil, Play, Trash2 } from '#src/ui/icons/icons.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import { ConfirmDialog } from '#src/ui/parts/overlay/confirm-dialog.tsx';
import { Menu, MenuItem, MenuLine, MenuLink } from '#src/ui/parts/overlay/menu.tsx';
import { toast } from '#src/ui/parts/overlay/toast.tsx';
import { scheduleJobsUrl } from './schedule-words.ts';

const ScheduleDialog = lazy(async () => ({ default: (await import('./schedule-dialog.tsx')).ScheduleDialog }));

/** Menu of what may be done with a schedule. */
export function ScheduleMenu({ schedule }: { schedule: ScheduleSummary }) {
  const [asked, setAsked] = useState<'edit' | 'delete' | null>(null);
  const { id, name } = schedule;
  const { pause, resume, runNow, remove } = useScheduleActs();
  const busy = pause.isPending || resume.isPending || runNow.isPending;
  return (
    <>
      <Menu
        label={`Actions for ${name}`}
        align="end"
        trigger={
          <Button
            kind="ghost"
            size="icon"
            icon={EllipsisVertical}
            busy={busy}
            aria-label={`Actions for ${name}`}
            className="relative z-1"
          />
        }
      >
        <MenuItem icon={Play} onClick={() => runNow.mutate({ id })}>
          Run now
        </MenuItem>
        {schedule.pausedAt === null ? (
          <MenuItem icon={CirclePause} onClick={() => pause.mutate({ id })}>
            Pause
          </MenuItem>
        ) : (
          <MenuItem icon={CalendarClock} onClick={() => resume.mutate({ id })}>
            Resume
          </MenuItem>
        )}
        <MenuItem icon={Pencil} onClick={() => setAsked('edit')}>
          Edit…
        </MenuItem>
        <MenuLink icon={ListChecks} href={scheduleJobsUrl(schedule)}>
          Jobs
        </MenuLink>
        <MenuLine />
        <MenuItem icon={Trash2} danger onClick={() => setAsked('delete')}>
          Delete…
        </MenuItem>
      </Menu>
      {asked === 'edit' && (
        <Suspense fallback={null}>
          <ScheduleDialog id={id} onClose={() => setAsked(null)} />
        </Suspense>
      )}
      <ConfirmDialog
        open={asked === 'delete'}
        onOpenChange={(open) => setAsked(open ? 'delete' : null)}
        title={`Delete ${name}?`}
        effect="It makes no more jobs, and its template with its secrets is gone. The jobs that it made stay."
        confirm="Delete schedule"
        keep="Keep it"
        busy={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate({ id })}
      />
    </>
  );
}

function useScheduleActs() {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const refresh = () => void queries.invalidateQueries(trpc.schedules.pathFilter());
  const failed = (title: string) => (error: unknown) =>
    toast({ tone: 'failure', title, description: problemOf(error).message });
  const done = (words: string) => ({
    onSuccess: ({ name }: { name: string }) => {
      refresh();
      toast({ title: `${name} ${words}` });
    },
  });
  return {
    pause: useMutation(
      trpc.schedules.pause.mutationOptions({
        ...done('is paused'),
        onError: failed('The schedule could not be paused'),
      }),
    ),
    resume: useMutation(
      trpc.schedules.resume.mutationOptions({
        ...done('goes on'),
        onError: failed('The schedule could not be resumed'),
      }),
    ),
    runNow: useMutation(
      trpc.schedules.runNow.mutationOptions({
        onSuccess: () => {
          refresh();
          toast({ title: 'A job was made' });
        },
        onError: failed('The schedule could not be run'),
      }),
    ),
    remove: useMutation(trpc.schedules.delete.mutationOptions({ onSuccess: refresh })),
  };
}
