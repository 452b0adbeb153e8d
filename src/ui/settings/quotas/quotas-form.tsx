'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import type { QuotasView } from '#src/contract/project/quotas.ts';
import { problemOf } from '#src/ui/data/refusal.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import { TextField } from '#src/ui/parts/form/field.tsx';
import { toast } from '#src/ui/parts/overlay/toast.tsx';
import { Banner } from '#src/ui/parts/page/banner.tsx';
import { quotaChangeOf, quotaDraftOf, quotaFields } from './quota-fields.ts';
import { QuotaLine } from './quota-line.tsx';

const isEmpty = (change: object) => Object.keys(change).length === 0;

/** Form for the quotas of the project. */
export function QuotasForm({ view: { quotas } }: { view: QuotasView }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const [draft, setDraft] = useState(() => quotaDraftOf(quotas));
  const { change, wrong } = quotaChangeOf(draft, quotas);
  const save = useMutation(
    trpc.settings.setQuotas.mutationOptions({
      onSuccess: (next) => {
        setDraft(quotaDraftOf(next.quotas));
        toast({ title: 'Saved', description: 'It holds everywhere within a second.' });
        queries.setQueryData(trpc.settings.quotas.queryKey(), next);
      },
    }),
  );
  const problem = save.error ? problemOf(save.error) : null;
  const why = isEmpty(wrong) ? (isEmpty(change) ? 'Nothing is changed.' : null) : 'A value cannot be read.';
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (why === null) save.mutate(change);
  };
  return (
    <form noValidate onSubmit={submit}>
      {problem && problem.field === null && (
        <div className="border-b p-3">
          <Banner tone="failed">{problem.message}</Banner>
        </div>
      )}
      <div className="divide-y">
        {quotas.map((quota) => {
          const { label, unit } = quotaFields[quota.name];
          return (
            <QuotaLine key={quota.name} quota={quota}>
              <TextField
                bare
                label={`${label}: at most`}
                className="max-w-52"
                inputMode="decimal"
                autoComplete="off"
                placeholder="No limit"
                value={draft[quota.name]}
                onChange={(event) => setDraft({ ...draft, [quota.name]: event.target.value })}
                end={<span className="flex-none text-fg-subtle">{unit}</span>}
                error={wrong[quota.name] ?? (problem?.field === quota.name ? problem.message : undefined)}
              />
            </QuotaLine>
          );
        })}
      </div>
      <div className="flex flex-wrap items-center justify-end gap-2 border-t px-4 py-3">
        <p className="mr-auto text-12 text-fg-subtle">An empty field means no limit.</p>
        {!isEmpty({ ...change, ...wrong }) && <Button onClick={() => setDraft(quotaDraftOf(quotas))}>Discard</Button>}
        <Button type="submit" kind="primary" busy={save.isPending} reason={why}>
          Save
        </Button>
      </div>
    </form>
  );
}
