'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { TRPCClientError } from '@trpc/client';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import type { JobView } from '#src/contract/job/job-view.ts';
import type { RerunEdits } from '#src/contract/submit/rerun-input.ts';
import type { AppRouter } from '#src/server/router.ts';
import { problemOf } from '#src/ui/data/refusal.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { type DraftErrors, draftField } from './draft.ts';

type Refused = { errors: DraftErrors; message: string | null };

/**
 * Runs the job again. If somebody else has done so since the form was opened, nothing is sent and the form says so
 * first.
 */
export function useRunAgain(view: JobView) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const router = useRouter();
  const id = view.job.id;
  /** Newest rerun of the job that the form has shown to the user. */
  const [known, setKnown] = useState(view.rerunAs);
  const [overtaken, setOvertaken] = useState(false);
  const rerun = useMutation(
    trpc.jobs.rerun.mutationOptions({
      onSuccess: (made) => {
        void queries.invalidateQueries(trpc.jobs.view.queryFilter({ id }));
        router.push(`/jobs/${made.id}`);
      },
    }),
  );
  const run = useMutation({
    mutationFn: async (edits: RerunEdits) => {
      const fresh = await queries.fetchQuery(trpc.jobs.view.queryOptions({ id }, { staleTime: 0 }));
      if (fresh.rerunAs !== known) {
        setKnown(fresh.rerunAs);
        setOvertaken(true);
        return null;
      }
      return rerun.mutateAsync({ id, edits });
    },
  });
  return {
    run: (edits: RerunEdits) => run.mutate(edits),
    busy: run.isPending || rerun.isSuccess,
    /** True if somebody ran the job again while the form was open. */
    overtaken,
    refused: run.error ? refusedOf(run.error) : null,
  };
}

/** Returns a refusal as an error of its field, or as a separate message if it has no field. */
function refusedOf(error: unknown): Refused {
  const { message } = problemOf(error);
  const data = error instanceof TRPCClientError ? (error as TRPCClientError<AppRouter>).data : null;
  const field = draftField(data?.field);
  return field === null ? { errors: {}, message } : { errors: { [field]: message }, message: null };
}
