'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type Scope, scopes } from '#src/contract/project/scope.ts';
import { problemOf } from '#src/ui/data/refusal.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import { Checkbox } from '#src/ui/parts/form/checkbox.tsx';
import { TextField } from '#src/ui/parts/form/field.tsx';
import { Dialog } from '#src/ui/parts/overlay/dialog.tsx';
import { Banner } from '#src/ui/parts/page/banner.tsx';
import { MadeKeyDialog } from './made-key-dialog.tsx';
import { includedBy, narrowest, scopeHints } from './scope-words.ts';

/** Creates a key, and shows its secret only once. */
export function CreateKeyDialog({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('');
  const [chosen, setChosen] = useState<Scope[]>(['jobs:write']);
  const [missing, setMissing] = useState<'name' | 'scopes' | null>(null);
  const trpc = useTRPC();
  const queries = useQueryClient();
  const create = useMutation(
    trpc.apiKeys.create.mutationOptions({
      // The answer is the only place of the secret, so it must be gone when this dialog closes.
      gcTime: 0,
      onSuccess: () => void queries.invalidateQueries(trpc.apiKeys.list.queryFilter()),
    }),
  );
  if (create.data) return <MadeKeyDialog name={create.data.key.name} secret={create.data.secret} onClose={onClose} />;
  const problem = create.error ? problemOf(create.error) : null;
  const submit = () => {
    const wrong = name.trim() === '' ? 'name' : chosen.length === 0 ? 'scopes' : null;
    setMissing(wrong);
    if (wrong === null) create.mutate({ name: name.trim(), scopes: narrowest(chosen) });
  };
  const nameError = missing === 'name' ? 'Give it a name.' : problem?.field === 'name' ? problem.message : undefined;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="New API key"
      onSubmit={submit}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" busy={create.isPending}>
            Make key
          </Button>
        </>
      }
    >
      {problem && problem.field !== 'name' && <Banner tone="failed">{problem.message}</Banner>}
      <TextField
        label="Name"
        hint="Where it will be used: it is how the audit log calls it."
        placeholder="billing, production"
        maxLength={64}
        value={name}
        onChange={(event) => setName(event.target.value)}
        error={nameError}
      />
      <fieldset className="grid gap-2">
        <legend className="mb-2 font-medium">What it may do</legend>
        {scopes.map((scope) => {
          const wider = includedBy(scope, chosen);
          return (
            <Checkbox
              key={scope}
              label={scope}
              hint={wider ? `Included in ${wider}.` : scopeHints[scope]}
              checked={wider !== null || chosen.includes(scope)}
              disabled={wider !== null}
              onChange={(on) => setChosen(on ? [...chosen, scope] : chosen.filter((each) => each !== scope))}
            />
          );
        })}
        {missing === 'scopes' && (
          <p role="alert" className="text-12 text-failed-text">
            Choose at least one: a key that may do nothing is of no use.
          </p>
        )}
      </fieldset>
    </Dialog>
  );
}
