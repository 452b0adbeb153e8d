'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Code, RotateCw } from 'lucide-react';
import { useRouter } from 'next/navigation';
import type { Job } from '#src/contract/job.ts';
import { isTerminal } from '#src/domain/job-state.ts';
import { problemOf } from '#src/ui/data/refusal.ts';
import { useTRPC } from '#src/ui/data/trpc.ts';
import { useMayWrite } from '#src/ui/data/use-me.ts';
import { Button, buttonClass } from '#src/ui/parts/button.tsx';
import { CopyButton } from '#src/ui/parts/copy-button.tsx';
import { asCurl } from './as-curl.ts';
import { CancelJob } from './cancel-job.tsx';

export function JobActions({ job }: { job: Job }) {
  const mayWrite = useMayWrite();
  const rerun = useRerun(job.id);
  const problem = rerun.error && problemOf(rerun.error);
  return (
    <div className="grid justify-items-end gap-2 max-md:justify-items-start">
      <div className="flex flex-wrap gap-2">
        {mayWrite && isTerminal(job.state) && (
          <Button
            icon={RotateCw}
            busy={rerun.isPending || rerun.isSuccess}
            onClick={() => rerun.mutate({ id: job.id })}
          >
            Run again
          </Button>
        )}
        {mayWrite && !isTerminal(job.state) && <CancelJob job={job} />}
        <CopyButton
          text={() => asCurl(job)}
          label="Copy as cURL"
          icon={Code}
          className={`${buttonClass()} w-8 px-0! max-sm:w-10`}
        />
      </div>
      {problem && (
        <p role="alert" className="max-w-[44ch] text-right text-12 text-failed-text max-md:text-left">
          {problem.title}: {problem.message}
        </p>
      )}
    </div>
  );
}

/** Running again makes a new job, and leads to it. */
function useRerun(id: string) {
  const trpc = useTRPC();
  const router = useRouter();
  const queries = useQueryClient();
  return useMutation(
    trpc.jobs.rerun.mutationOptions({
      onSuccess: (made) => {
        // The idempotency key moves to the new job.
        void queries.invalidateQueries(trpc.jobs.get.queryFilter({ id }));
        router.push(`/jobs/${made.id}`);
      },
    }),
  );
}
