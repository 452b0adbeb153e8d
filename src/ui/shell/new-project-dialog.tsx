'use client';

import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useProjects } from '#src/ui/data/project/use-project.ts';
import { problemOf } from '#src/ui/data/refusal.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import { TextField } from '#src/ui/parts/form/field.tsx';
import { Dialog } from '#src/ui/parts/overlay/dialog.tsx';
import { toast } from '#src/ui/parts/overlay/toast.tsx';

/** Creates a project and switches to it. */
export function NewProjectDialog({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('');
  const [isMissing, setMissing] = useState(false);
  const { switchTo } = useProjects();
  const create = useMutation(
    useTRPC().projects.create.mutationOptions({
      onSuccess: (project) => {
        onClose();
        switchTo(project.id);
        toast({ title: `${project.name} is made`, description: 'You are its owner. Make a key to submit jobs to it.' });
      },
    }),
  );
  const submit = () => {
    setMissing(name.trim() === '');
    if (name.trim() !== '') create.mutate({ name: name.trim() });
  };
  const refused = create.error ? problemOf(create.error).message : undefined;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="New project"
      description="It has jobs, keys, endpoints and people of its own: nothing crosses from one project to another."
      onSubmit={submit}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" busy={create.isPending}>
            Make project
          </Button>
        </>
      }
    >
      <TextField
        label="Name"
        maxLength={64}
        value={name}
        onChange={(event) => setName(event.target.value)}
        error={isMissing ? 'A project needs a name.' : refused}
      />
    </Dialog>
  );
}
