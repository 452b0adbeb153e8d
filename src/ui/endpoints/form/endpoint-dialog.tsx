'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import type { CreatedEndpoint, Endpoint, UpdatedEndpoint } from '#src/contract/endpoint/endpoint.ts';
import { problemOf } from '#src/ui/data/refusal.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import { Dialog } from '#src/ui/parts/overlay/dialog.tsx';
import { toast } from '#src/ui/parts/overlay/toast.tsx';
import { Banner } from '#src/ui/parts/page/banner.tsx';
import { MadeSecretDialog } from '#src/ui/parts/secret/made-secret-dialog.tsx';
import { EndpointFields } from './endpoint-fields.tsx';
import { editsOf, inputOf, valuesOf } from './endpoint-form-values.ts';

type Props = {
  /** Endpoint to edit. Without it, a new endpoint is created and its secret is shown once. */
  endpoint?: Endpoint;
  onClose: () => void;
};

/** Creates or edits an endpoint. A refusal of the server is shown at the field it is about. */
export function EndpointDialog({ endpoint, onClose }: Props) {
  const [values, setValues] = useState(() => valuesOf(endpoint ?? null));
  const [made, setMade] = useState<CreatedEndpoint | null>(null);
  const router = useRouter();
  const save = useSave(endpoint, { onMade: setMade, onChanged: onClose });
  if (made)
    return (
      <MadeSecretDialog
        title={`${made.name} is registered`}
        secret={made}
        onClose={() => {
          onClose();
          router.push(`/endpoints/${made.id}`);
        }}
      />
    );
  const problem = save.error ? problemOf(save.error) : null;
  const known = problem?.field && shownFields.some((name) => problem.field?.startsWith(name));
  return (
    <Dialog
      open
      wide
      onOpenChange={(open) => !open && onClose()}
      title={endpoint ? `Edit ${endpoint.name}` : 'New endpoint'}
      onSubmit={() => save.submit(values)}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" busy={save.isPending}>
            {endpoint ? 'Save' : 'Register endpoint'}
          </Button>
        </>
      }
    >
      {problem && !known && <Banner tone="failed">{problem.message}</Banner>}
      <EndpointFields
        values={values}
        isNew={!endpoint}
        storedTls={endpoint?.tls ?? null}
        onChange={(change) => setValues((before) => ({ ...before, ...change }))}
        error={(name) => (isAt(problem?.field, name) ? problem?.message : undefined)}
      />
    </Dialog>
  );
}

/** An error of certificates belongs to one field, any other to all whose name it begins with. */
function isAt(field: string | null | undefined, name: string): boolean {
  return field?.startsWith('tls') ? field === name : field?.startsWith(name) === true;
}

const shownFields = [
  'name',
  'url',
  'description',
  'events',
  'labels',
  'headers',
  'tls',
  'scheduleSeconds',
  'giveUpOn',
  'retry',
  'rate',
  'concurrency',
];

type Done = { onMade: (made: CreatedEndpoint) => void; onChanged: () => void };

function useSave(endpoint: Endpoint | undefined, { onMade, onChanged }: Done) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const refresh = () => queries.invalidateQueries(trpc.endpoints.pathFilter());
  const create = useMutation(
    trpc.endpoints.create.mutationOptions({
      gcTime: 0,
      onSuccess: (answer) => {
        void refresh();
        onMade(answer);
      },
    }),
  );
  const update = useMutation(
    trpc.endpoints.update.mutationOptions({
      gcTime: 0,
      onSuccess: (answer) => {
        void refresh();
        tellOfCleared(answer);
        onChanged();
      },
    }),
  );
  return {
    isPending: create.isPending || update.isPending,
    error: create.error ?? update.error,
    submit(values: ReturnType<typeof valuesOf>) {
      if (endpoint) update.mutate({ id: endpoint.id, ...editsOf(values, endpoint) });
      else create.mutate(inputOf(values));
    },
  };
}

function tellOfCleared({ name, clearedHeaders }: UpdatedEndpoint): void {
  if (clearedHeaders.length === 0) {
    toast({ title: `${name} was saved` });
    return;
  }
  toast({
    tone: 'failure',
    title: `${name} was saved without ${clearedHeaders.join(', ')}`,
    description: 'What was a secret of one receiver is not sent to another: give these headers anew.',
  });
}
