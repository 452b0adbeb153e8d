'use client';

import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import type { RetentionPreview, RetentionView } from '#src/contract/project/retention.ts';
import { problemOf } from '#src/ui/data/refusal.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import { toast } from '#src/ui/parts/overlay/toast.tsx';
import { Banner } from '#src/ui/parts/page/banner.tsx';
import { PreviewText } from './preview-text.tsx';
import { changeOf, draftOf, type RetentionChange, retentionFields, shortened } from './retention-fields.ts';
import { RetentionLine } from './retention-line.tsx';
import { RetentionValue } from './retention-value.tsx';
import { ShorterDialog } from './shorter-dialog.tsx';
import { useSettled } from './use-settled.ts';

const settleMs = 400;
const isEmpty = (change: object) => Object.keys(change).length === 0;

/** Form for the retention settings. While a user types, it shows what the new values would delete. */
export function RetentionForm({ view }: { view: RetentionView }) {
  const trpc = useTRPC();
  const [draft, setDraft] = useState(() => draftOf(view));
  const { change, wrong } = changeOf(draft, view);
  // The server refuses values that contradict each other, so a preview is requested only for values that could be
  // saved.
  const settled = useSettled(isEmpty(wrong) ? change : null, settleMs);
  const preview = useQuery(
    trpc.settings.previewRetention.queryOptions(settled ?? {}, {
      enabled: settled !== null,
      placeholderData: keepPreviousData,
      retry: false,
    }),
  );
  const save = useSave(view);
  const refused = preview.error ?? save.error;
  const problem = refused ? problemOf(refused) : null;
  const isStale = preview.isPlaceholderData || JSON.stringify(settled) !== JSON.stringify(change);
  const why = isEmpty(change) ? 'Nothing is changed.' : isEmpty(wrong) ? null : 'A value cannot be read.';
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (why === null) save.ask(change);
  };
  return (
    <form noValidate onSubmit={submit}>
      {problem && problem.field === null && (
        <div className="border-b p-3">
          <Banner tone="failed">{problem.message}</Banner>
        </div>
      )}
      <div className="divide-y">
        {retentionFields.map((field) => (
          <RetentionLine
            key={field.key}
            field={field}
            preview={<PreviewText of={field.of} preview={preview.data} isStale={isStale} error={preview.error} />}
          >
            <RetentionValue
              field={field}
              view={view}
              draft={draft}
              error={wrong[field.key] ?? (problem?.field === field.key ? problem.message : undefined)}
              onChange={(part) => setDraft({ ...draft, ...part })}
            />
          </RetentionLine>
        ))}
      </div>
      <div className="flex flex-wrap items-center justify-end gap-2 border-t px-4 py-3">
        <p className="mr-auto text-12 text-fg-subtle">Workers clear every {preview.data?.everySeconds ?? 60} s.</p>
        {!isEmpty(change) && <Button onClick={() => setDraft(draftOf(view))}>Discard</Button>}
        <Button type="submit" kind="primary" busy={save.isBusy} reason={why}>
          Save
        </Button>
      </div>
      {save.asked && (
        <ShorterDialog
          view={view}
          change={save.asked.change}
          preview={save.asked.preview}
          busy={save.isBusy}
          error={save.error}
          onClose={save.cancel}
          onConfirm={save.confirm}
        />
      )}
    </form>
  );
}

type Asked = { change: RetentionChange; preview: RetentionPreview };

/** Saves longer times at once. For a shorter time, it asks for confirmation first, with fresh counts. */
function useSave(view: RetentionView) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const [asked, setAsked] = useState<Asked | null>(null);
  const set = useMutation(
    trpc.settings.setRetention.mutationOptions({
      onSuccess: (next) => {
        setAsked(null);
        toast({ title: 'Saved', description: 'It holds from now on.' });
        queries.setQueryData(trpc.settings.retention.queryKey(), next);
        void queries.invalidateQueries(trpc.settings.previewRetention.queryFilter());
      },
    }),
  );
  const count = useMutation({
    mutationFn: (change: RetentionChange) =>
      queries.fetchQuery(trpc.settings.previewRetention.queryOptions(change, { staleTime: 0 })),
    onSuccess: (preview, change) => setAsked({ change, preview }),
  });
  return {
    asked,
    isBusy: set.isPending || count.isPending,
    error: set.error ?? count.error,
    ask(change: RetentionChange) {
      set.reset();
      if (shortened(change, view).length > 0) count.mutate(change);
      else set.mutate(change);
    },
    confirm() {
      if (asked) set.mutate(asked.change);
    },
    cancel() {
      setAsked(null);
      set.reset();
    },
  };
}
