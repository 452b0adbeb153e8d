'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { UpdatedUpstream, Upstream } from '#src/contract/upstream/upstream.ts';
import { problemOf } from '#src/ui/data/refusal.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import { Dialog } from '#src/ui/parts/overlay/dialog.tsx';
import { toast } from '#src/ui/parts/overlay/toast.tsx';
import { Banner } from '#src/ui/parts/page/banner.tsx';
import { UpstreamFields } from './upstream-fields.tsx';
import {
  type BadUpstreamField,
  isBadUpstreamField,
  type UpstreamValues,
  upstreamEdits,
  upstreamInput,
  upstreamValues,
} from './upstream-values.ts';

type Props = {
  /** Upstream to edit; null: a new one is made. */
  upstream: Upstream | null;
  onClose: () => void;
  /** Called with the upstream as it is stored, before the dialog closes. */
  onSaved: (upstream: Upstream) => void;
};

/** The server's names of the fields, the most exact ones first: an error belongs to the first that it begins with. */
const fieldNames = [
  ...['name', 'baseUrl', 'headers', 'models', 'retry', 'timeoutMs'],
  ...['tls.certificate', 'tls.key', 'tls.ca', 'tls'],
  ...['flow.key', 'flow.concurrency', 'flow.rate.limit', 'flow.rate.periodSeconds', 'flow'],
];

/** Makes an upstream or edits one. A refusal of the server is shown at the field it is about. */
export function UpstreamDialog({ upstream, onClose, onSaved }: Props) {
  const [values, setValues] = useState(() => upstreamValues(upstream));
  const save = useSaveUpstream(upstream, (saved) => {
    onSaved(saved);
    onClose();
  });
  const { problem } = save;
  const at = fieldNames.find((name) => problem?.field === name || problem?.field?.startsWith(`${name}.`));
  return (
    <Dialog
      open
      wide
      onOpenChange={(open) => !open && onClose()}
      title={<span className="wrap-anywhere">{upstream ? `Edit ${upstream.name}` : 'New upstream'}</span>}
      onSubmit={() => save.submit(values)}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" busy={save.isPending}>
            {upstream ? 'Save' : 'Make upstream'}
          </Button>
        </>
      }
    >
      {problem && at === undefined && <Banner tone="failed">{problem.message}</Banner>}
      <UpstreamFields
        values={values}
        storedTls={upstream?.tls ?? null}
        onChange={(change) => setValues((before) => ({ ...before, ...change }))}
        errorOf={(name) => (at === name ? problem?.message : undefined)}
      />
    </Dialog>
  );
}

function useSaveUpstream(upstream: Upstream | null, onDone: (saved: Upstream) => void) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const [bad, setBad] = useState<BadUpstreamField | null>(null);
  const saved = (answer: Upstream | UpdatedUpstream) => {
    void queries.invalidateQueries(trpc.upstreams.pathFilter());
    tellOfSaved(answer, upstream === null);
    onDone(answer);
  };
  const create = useMutation(trpc.upstreams.create.mutationOptions({ onSuccess: saved, gcTime: 0 }));
  const update = useMutation(trpc.upstreams.update.mutationOptions({ onSuccess: saved, gcTime: 0 }));
  const error = create.error ?? update.error;
  return {
    isPending: create.isPending || update.isPending,
    problem: bad ?? (error && problemOf(error)),
    submit(values: UpstreamValues) {
      setBad(null);
      if (upstream === null) {
        const input = upstreamInput(values);
        if (isBadUpstreamField(input)) setBad(input);
        else create.mutate(input);
        return;
      }
      const edits = upstreamEdits(upstream, values);
      if (isBadUpstreamField(edits)) setBad(edits);
      else update.mutate(edits);
    },
  };
}

function tellOfSaved(answer: Upstream | UpdatedUpstream, isNew: boolean): void {
  const cleared = 'clearedHeaders' in answer ? answer.clearedHeaders : [];
  if (cleared.length === 0) {
    toast({ title: isNew ? `${answer.name} was made` : `${answer.name} was saved` });
    return;
  }
  toast({
    tone: 'failure',
    title: `${answer.name} was saved without ${cleared.join(', ')}`,
    description: 'What was a secret of one API is not sent to another: give these headers anew.',
  });
}
