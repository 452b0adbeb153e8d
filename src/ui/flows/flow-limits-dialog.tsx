'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Flow } from '#src/contract/flow/flow.ts';
import { problemOf } from '#src/ui/data/refusal.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import { Checkbox } from '#src/ui/parts/form/checkbox.tsx';
import { TextField } from '#src/ui/parts/form/field.tsx';
import { Dialog } from '#src/ui/parts/overlay/dialog.tsx';
import { toast } from '#src/ui/parts/overlay/toast.tsx';
import { Banner } from '#src/ui/parts/page/banner.tsx';
import { type BadLimit, type FlowLimitValues, flowLimitsInput, flowLimitValues } from './flow-limit-values.ts';

const shownFields = ['concurrency', 'rate.limit', 'rate.periodSeconds'];

/** Sets the limits of a flow, or gives them back to the jobs. A refusal is shown at the field it is about. */
export function FlowLimitsDialog({ flow, onClose }: { flow: Flow; onClose: () => void }) {
  const [values, setValues] = useState(() => flowLimitValues(flow));
  const save = useSaveLimits(flow, onClose);
  const { problem } = save;
  const field = (name: keyof Omit<FlowLimitValues, 'givesBack'>, path: string) => ({
    value: values[name],
    onChange: ({ target }: { target: { value: string } }) => setValues({ ...values, [name]: target.value }),
    error: problem?.field === path ? problem.message : undefined,
  });
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={<span className="wrap-anywhere">Limits of {flow.key}</span>}
      description="They hold at once, also for what waits already, and whatever limits come with jobs. An empty one is no limit."
      onSubmit={() => save.submit(values)}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" busy={save.isPending}>
            Set limits
          </Button>
        </>
      }
    >
      {problem && !shownFields.includes(problem.field ?? '') && <Banner tone="failed">{problem.message}</Banner>}
      <TextField
        label="Concurrency"
        end="attempts at once"
        placeholder="no limit"
        inputMode="numeric"
        {...field('concurrency', 'concurrency')}
      />
      <div className="grid grid-cols-2 gap-3">
        <TextField
          label="Rate"
          end="attempts"
          placeholder="no limit"
          inputMode="numeric"
          {...field('limit', 'rate.limit')}
        />
        <TextField label="Within" placeholder="1m" mono {...field('period', 'rate.periodSeconds')} />
      </div>
      {flow.fixed && (
        <Checkbox
          label="Give the limits back to the jobs"
          hint="These hold until a job comes with others."
          checked={values.givesBack}
          onChange={(givesBack) => setValues({ ...values, givesBack })}
        />
      )}
    </Dialog>
  );
}

function useSaveLimits(flow: Flow, onDone: () => void) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const [bad, setBad] = useState<BadLimit | null>(null);
  const set = useMutation(
    trpc.flows.set.mutationOptions({
      onSuccess: ({ key, fixed }) => {
        void queries.invalidateQueries(trpc.flows.pathFilter());
        toast({ title: fixed ? `The limits of ${key} are set` : `The next jobs set the limits of ${key}` });
        onDone();
      },
    }),
  );
  return {
    isPending: set.isPending,
    problem: bad ?? (set.error && problemOf(set.error)),
    submit(values: FlowLimitValues) {
      const input = flowLimitsInput(flow, values);
      const wrong = 'message' in input ? input : null;
      setBad(wrong);
      if (!('message' in input)) set.mutate(input);
    },
  };
}
