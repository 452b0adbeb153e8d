'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import { useMayMakeProjects, useMe } from '#src/ui/data/project/use-me.ts';
import { problemOf } from '#src/ui/data/refusal.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { Plus } from '#src/ui/icons/icons.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import { TextField } from '#src/ui/parts/form/field.tsx';
import { toast } from '#src/ui/parts/overlay/toast.tsx';
import { Card, CardBody, CardHead } from '#src/ui/parts/page/card.tsx';
import { Skeleton } from '#src/ui/parts/page/skeleton.tsx';
import { CopyButton } from '#src/ui/parts/text/copy-button.tsx';
import { NewProjectDialog } from '#src/ui/shell/new-project-dialog.tsx';

/** Shows the project's name and id, and a button that creates another project. */
export function ProjectCard() {
  const { data: me } = useMe();
  const mayMake = useMayMakeProjects();
  const [making, setMaking] = useState(false);
  return (
    <Card label="Project" busy={!me}>
      <CardHead title="Project">
        {mayMake && (
          <Button kind="ghost" size="small" icon={Plus} onClick={() => setMaking(true)}>
            New project
          </Button>
        )}
      </CardHead>
      <CardBody className="grid gap-3">
        {me ? (
          <>
            {me.role === 'owner' ? (
              <NameForm key={me.project.id} name={me.project.name} />
            ) : (
              <p className="text-14 font-medium">{me.project.name}</p>
            )}
            <p className="flex items-center gap-1 text-12 text-fg-subtle">
              <code className="min-w-0 truncate font-mono">{me.project.id}</code>
              <CopyButton text={me.project.id} label="Copy the project's id" />
            </p>
          </>
        ) : (
          <div className="grid h-[92px] content-center gap-3">
            <Skeleton className="w-40" />
            <Skeleton className="w-56" />
          </div>
        )}
      </CardBody>
      {making && <NewProjectDialog onClose={() => setMaking(false)} />}
    </Card>
  );
}

function NameForm({ name }: { name: string }) {
  const [text, setText] = useState(name);
  const trpc = useTRPC();
  const queries = useQueryClient();
  const rename = useMutation(
    trpc.projects.rename.mutationOptions({
      onSuccess: async (project) => {
        setText(project.name);
        toast({ title: `The project is called ${project.name} now` });
        await queries.invalidateQueries(trpc.session.me.queryFilter());
      },
    }),
  );
  const wanted = text.trim();
  const isSame = wanted === name;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (!isSame && wanted !== '') rename.mutate({ name: wanted });
  };
  return (
    <form noValidate onSubmit={submit} className="flex items-end gap-2">
      <TextField
        className="flex-1"
        label="Name"
        maxLength={64}
        value={text}
        onChange={(event) => setText(event.target.value)}
        error={rename.error ? problemOf(rename.error).message : undefined}
      />
      <Button
        type="submit"
        busy={rename.isPending}
        className={rename.error ? 'mb-6' : undefined}
        reason={isSame ? 'It is called so already.' : wanted === '' ? 'A project needs a name.' : null}
      >
        Rename
      </Button>
    </form>
  );
}
