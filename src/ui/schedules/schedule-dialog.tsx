'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Schedule } from '#src/contract/schedule/schedule.ts';
import { problemOf } from '#src/ui/data/refusal.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import { Dialog } from '#src/ui/parts/overlay/dialog.tsx';
import { toast } from '#src/ui/parts/overlay/toast.tsx';
import { Banner } from '#src/ui/parts/page/banner.tsx';
import { Failure } from '#src/ui/parts/page/failure.tsx';
import { SkeletonTable } from '#src/ui/parts/page/skeleton.tsx';
import { TemplateFields, TimeFields } from './schedule-fields.tsx';
import {
  type BadScheduleField,
  isBadField,
  type ScheduleValues,
  scheduleEdits,
  scheduleInput,
  scheduleValues,
} from './schedule-values.ts';

type Props = {
  /** Id of the schedule to edit; null: a new one is made. */
  id: string | null;
  onClose: () => void;
};

/** Makes a schedule or edits one, after its job has been read. */
export function ScheduleDialog({ id, onClose }: Props) {
  const trpc = useTRPC();
  const query = useQuery(trpc.schedules.get.queryOptions({ id: id ?? '' }, { enabled: id !== null, staleTime: 0 }));
  if (id === null) return <ScheduleForm schedule={null} onClose={onClose} />;
  if (query.data !== undefined && !query.isFetching) return <ScheduleForm schedule={query.data} onClose={onClose} />;
  return (
    <Dialog
      open
      wide
      onOpenChange={(open) => !open && onClose()}
      title="Edit the schedule"
      footer={<Button onClick={onClose}>Cancel</Button>}
    >
      {query.error ? (
        <Failure error={query.error} what="The schedule could not be loaded" onRetry={() => void query.refetch()} />
      ) : (
        <SkeletonTable rows={6} />
      )}
    </Dialog>
  );
}

/** The server's names of the fields, the most exact ones first: an error belongs to the first that it begins with. */
const fieldNames = [
  ...['name', 'cron', 'timezone', 'job.url', 'job.method', 'job.headers'],
  ...['job.json', 'job.body', 'job.callback', 'job'],
];

function ScheduleForm({ schedule, onClose }: { schedule: Schedule | null; onClose: () => void }) {
  const [values, setValues] = useState(() =>
    scheduleValues(schedule, Intl.DateTimeFormat().resolvedOptions().timeZone),
  );
  const save = useSaveSchedule(schedule, onClose);
  const { problem } = save;
  const at = fieldNames.find((name) => problem?.field === name || problem?.field?.startsWith(`${name}.`));
  const fields = {
    values,
    onChange: (change: Partial<ScheduleValues>) => setValues((before) => ({ ...before, ...change })),
    errorOf: (name: string) => (at === name ? problem?.message : undefined),
  };
  return (
    <Dialog
      open
      wide
      onOpenChange={(open) => !open && onClose()}
      title={<span className="wrap-anywhere">{schedule ? `Edit ${schedule.name}` : 'New schedule'}</span>}
      onSubmit={() => save.submit(values)}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" busy={save.isPending}>
            {schedule ? 'Save' : 'Make schedule'}
          </Button>
        </>
      }
    >
      {problem && at === undefined && <Banner tone="failed">{problem.message}</Banner>}
      {schedule?.lastRun?.outcome === 'refused' && (
        <Banner tone="failed">The last run made no job: {schedule.lastRun.reason?.message}.</Banner>
      )}
      <div className="grid min-w-0 gap-4">
        <TimeFields {...fields} />
        <h3 className="border-t pt-4 text-14 font-semibold">The job</h3>
        <TemplateFields {...fields} />
      </div>
    </Dialog>
  );
}

function useSaveSchedule(schedule: Schedule | null, onDone: () => void) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const [bad, setBad] = useState<BadScheduleField | null>(null);
  const saved = ({ name }: Schedule) => {
    void queries.invalidateQueries(trpc.schedules.pathFilter());
    toast({ title: schedule ? `${name} was saved` : `${name} was made` });
    onDone();
  };
  const create = useMutation(trpc.schedules.create.mutationOptions({ onSuccess: saved }));
  const update = useMutation(trpc.schedules.update.mutationOptions({ onSuccess: saved }));
  const error = create.error ?? update.error;
  return {
    isPending: create.isPending || update.isPending,
    problem: bad ?? (error && problemOf(error)),
    submit(values: ScheduleValues) {
      setBad(null);
      if (schedule === null) {
        const input = scheduleInput(values);
        if (isBadField(input)) setBad(input);
        else create.mutate(input);
        return;
      }
      const edits = scheduleEdits(schedule, values);
      if (isBadField(edits)) setBad(edits);
      else update.mutate(edits);
    },
  };
}
