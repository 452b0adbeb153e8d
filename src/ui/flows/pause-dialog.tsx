'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { problemOf } from '#src/ui/data/refusal.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import { TextField } from '#src/ui/parts/form/field.tsx';
import { Segmented } from '#src/ui/parts/form/segmented.tsx';
import { Dialog } from '#src/ui/parts/overlay/dialog.tsx';
import { toast } from '#src/ui/parts/overlay/toast.tsx';
import { Banner } from '#src/ui/parts/page/banner.tsx';

type What = 'host' | 'project';

/** Pauses a host or the whole project. */
export function PauseDialog({ onClose }: { onClose: () => void }) {
  const [what, setWhat] = useState<What>('host');
  const [host, setHost] = useState('');
  const trpc = useTRPC();
  const queries = useQueryClient();
  const begin = useMutation(
    trpc.pauses.begin.mutationOptions({
      onSuccess: (pauses) => {
        queries.setQueryData(trpc.pauses.list.queryKey(), pauses);
        toast({ title: what === 'host' ? `${host.trim()} is paused` : 'The project is paused' });
        onClose();
      },
    }),
  );
  const problem = begin.error && problemOf(begin.error);
  const ofHost = what === 'host' && problem?.field === 'host';
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Pause"
      description="Nothing more of it starts. What is under way goes on, jobs are accepted and wait, and callbacks are delivered."
      onSubmit={() => begin.mutate(what === 'host' ? { host } : {})}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" busy={begin.isPending}>
            Pause
          </Button>
        </>
      }
    >
      {problem && !ofHost && <Banner tone="failed">{problem.message}</Banner>}
      <Segmented<What>
        label="What to pause"
        value={what}
        onChange={setWhat}
        options={[
          { value: 'host', label: 'A host' },
          { value: 'project', label: 'The whole project' },
        ]}
      />
      {what === 'host' && (
        <TextField
          label="Host"
          placeholder="api.example.com"
          mono
          autoFocus
          value={host}
          onChange={({ target }) => setHost(target.value)}
          error={ofHost ? problem?.message : undefined}
        />
      )}
    </Dialog>
  );
}
