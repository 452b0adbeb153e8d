'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import clsx from 'clsx';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import type { BodyStart, JobView } from '#src/contract/job/job-view.ts';
import { isTerminal } from '#src/domain/decide/job-state.ts';
import { copyText, useCopy } from '#src/ui/data/browser/use-copy.ts';
import { useKeys } from '#src/ui/data/browser/use-keys.ts';
import { projectUrl } from '#src/ui/data/project/project-url.ts';
import { useMayWrite } from '#src/ui/data/project/use-me.ts';
import { problemOf } from '#src/ui/data/refusal.ts';
import { useNow } from '#src/ui/data/server-clock.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import {
  Braces,
  Check,
  Code,
  Copy,
  Download,
  Ellipsis,
  Link2,
  ListFilter,
  RotateCw,
  Send,
  SquarePen,
  X,
} from '#src/ui/icons/icons.ts';
import { Button, buttonClass } from '#src/ui/parts/form/button.tsx';
import { ConfirmDialog } from '#src/ui/parts/overlay/confirm-dialog.tsx';
import { Menu, MenuItem, MenuLine, MenuLink } from '#src/ui/parts/overlay/menu.tsx';
import { toast } from '#src/ui/parts/overlay/toast.tsx';
import { mayResend } from '#src/ui/words/may-resend.ts';
import { deliveryGone, wantsItsEnd } from '#src/ui/words/outlived.ts';
import { urlParts } from '#src/ui/words/url-parts.ts';
import { asCurl } from './as-curl.ts';
import { asTypeScript } from './as-typescript.ts';
import { CancelJob } from './cancel-job.tsx';
import { useResend } from './use-resend.ts';

type Props = {
  view: JobView;
  body: BodyStart | null | undefined;
  /** Takes the whole width, and keeps the small buttons at its right. Phones always do. */
  wrap?: boolean;
  /** True if the actions have keys: `r`, `e` and `c`. A panel beside a list leaves these to the list. */
  keys?: boolean;
};

/** Shows the actions for a job. A user who may not change anything sees only the actions that copy or open data. */
export function JobActions({ view, body, wrap = false, keys = false }: Props) {
  const mayWrite = useMayWrite();
  const rerun = useRerun(view.job.id);
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-2">
      <div className="flex items-start gap-2">
        {/* What is wide wraps by itself, so that the small buttons stay together at the right. */}
        <div className={clsx('flex flex-wrap gap-2 max-sm:min-w-0 max-sm:flex-1', wrap && 'min-w-0 flex-1')}>
          {mayWrite && <WritingActions view={view} rerun={rerun} keys={keys} />}
        </div>
        <CopyAs view={view} body={body} />
        <More view={view} />
      </div>
      {rerun.error && (
        <p role="alert" className="max-w-[44ch] text-12 text-failed-text">
          {problemOf(rerun.error).message}{' '}
          <Link href={`/jobs/${view.job.id}/again`} prefetch={false} className="underline underline-offset-2">
            Run with edits
          </Link>
        </p>
      )}
    </div>
  );
}

type WritingProps = { view: JobView; rerun: ReturnType<typeof useRerun>; keys: boolean };

function WritingActions({ view, rerun, keys }: WritingProps) {
  const { job, deliveries } = view;
  const { resend, busy } = useResend(job.id);
  const router = useRouter();
  const now = useNow(60_000);
  const ended = isTerminal(job.state);
  const again = deliveries.filter(mayResend);
  const [asks, setAsks] = useState(false);
  useKeys(keys && ended ? { r: () => setAsks(true), e: () => router.push(`/jobs/${job.id}/again`) } : {});
  return (
    <>
      {/* The actions change at the job's end. Their width must not change, or the URL beside them would wrap
          differently. */}
      {!ended && <CancelJob job={job} hasKey={keys} />}
      {ended && (
        <Button
          icon={RotateCw}
          className="min-w-[107px]"
          busy={rerun.isPending || rerun.isSuccess}
          onClick={() => rerun.mutate({ id: job.id })}
        >
          Run again
        </Button>
      )}
      {/* A key is pressed by mistake more easily than a button. */}
      <ConfirmDialog
        open={asks}
        onOpenChange={setAsks}
        title="Run this job again?"
        effect="A new job sends the same request. This one stays as it is."
        confirm="Run again"
        keep="Not now"
        harmless
        busy={rerun.isPending || rerun.isSuccess}
        error={rerun.error}
        onConfirm={() => rerun.mutate({ id: job.id })}
      />
      {ended ? (
        <Link href={`/jobs/${job.id}/again`} prefetch={false} className={buttonClass()}>
          <SquarePen size={14} aria-hidden className="-ml-0.5" />
          Run with edits
        </Link>
      ) : (
        <Button icon={SquarePen} reason="The job has not ended: cancel it first">
          Run with edits
        </Button>
      )}
      {(job.callback !== null || deliveries.length > 0) && (
        <Button
          icon={Send}
          busy={busy}
          reason={again.length > 0 ? null : whyNoResend(view, now)}
          onClick={() => resend(again.map(({ id }) => id))}
        >
          {again.length > 1 ? `Resend ${again.length} deliveries` : 'Resend delivery'}
        </Button>
      )}
    </>
  );
}

function whyNoResend(view: JobView, now: number): string {
  const { job, deliveries } = view;
  if (!isTerminal(job.state)) return 'The job has not ended';
  if (deliveries.length === 0 && !wantsItsEnd(job)) return 'The callback does not want this end';
  if (deliveries.length === 0 && deliveryGone(view, now)) return 'The callback was deleted by the project’s retention';
  if (deliveries.length === 0 || deliveries.some(({ endedAt }) => endedAt === null))
    return 'The callback is on its way';
  const isCancelled = deliveries.some(({ state }) => state === 'cancelled');
  return isCancelled ? 'The callback was cancelled' : 'What was delivered about the job’s progress is not kept';
}

function CopyAs({ view, body }: Pick<Props, 'view' | 'body'>) {
  const { state, copy } = useCopy();
  const Icon = { idle: Code, copied: Check, failed: X }[state];
  const said = { idle: '', copied: 'Copied', failed: 'Could not copy: the clipboard needs https' }[state];
  const typeScript = () => copy(asTypeScript({ ...view, body: view.body.state === 'none' ? null : body }));
  return (
    <>
      <Menu
        label="Copy as"
        align="end"
        trigger={
          <Button
            icon={Icon}
            aria-label="Copy as cURL or TypeScript"
            title="Copy as cURL or TypeScript"
            className="w-8 px-0! max-sm:w-10 [&_svg]:m-0"
          />
        }
      >
        <MenuItem icon={Copy} onClick={() => copy(asCurl(view.job, view.body.state === 'none' ? null : body))}>
          Copy as cURL
        </MenuItem>
        <MenuItem icon={Copy} onClick={typeScript}>
          Copy as TypeScript
        </MenuItem>
      </Menu>
      <span className="sr-only" role="status">
        {said}
      </span>
    </>
  );
}

function More({ view: { job } }: { view: JobView }) {
  const { host } = urlParts(job.url);
  return (
    <Menu
      label="More"
      align="end"
      trigger={<Button icon={Ellipsis} aria-label="More" title="More" className="w-8 px-0! max-sm:w-10 [&_svg]:m-0" />}
    >
      <MenuItem
        icon={Link2}
        onClick={() => copyAndSay('The link', `${window.location.origin}${projectUrl(`/jobs/${job.id}`)}`)}
      >
        Copy the link to this page
      </MenuItem>
      <MenuItem icon={Copy} onClick={() => copyAndSay('The id', job.id)}>
        Copy the id
      </MenuItem>
      <MenuItem icon={Braces} onClick={() => window.open(projectUrl(`/v1/jobs/${job.id}`), '_blank', 'noopener')}>
        Open as JSON
      </MenuItem>
      {job.result && job.result.size > 0 && (
        <MenuItem icon={Download} onClick={() => window.location.assign(projectUrl(`/v1/jobs/${job.id}/result`))}>
          Save the result
        </MenuItem>
      )}
      <MenuLine />
      <MenuLink icon={ListFilter} href={`/jobs?host=${encodeURIComponent(host)}`}>
        Other jobs of {host}
      </MenuLink>
    </Menu>
  );
}

/** Copies a text and shows the result in a toast. The menu is closed by then, so nothing else can show it. */
async function copyAndSay(what: string, text: string): Promise<void> {
  if (await copyText(text)) toast({ title: `${what} is copied` });
  else toast({ tone: 'failure', title: `${what} could not be copied`, description: 'The clipboard needs https.' });
}

/** Runs a job again as a new job, and opens the page of the new job. */
function useRerun(id: string) {
  const trpc = useTRPC();
  const router = useRouter();
  const queries = useQueryClient();
  return useMutation(
    trpc.jobs.rerun.mutationOptions({
      onSuccess: (made) => {
        // The idempotency key moves to the new job.
        void queries.invalidateQueries(trpc.jobs.view.queryFilter({ id }));
        router.push(`/jobs/${made.id}`);
      },
    }),
  );
}
