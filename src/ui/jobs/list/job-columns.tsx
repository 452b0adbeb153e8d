'use client';

import { columnVisibilityFeature, createColumnHelper, rowSelectionFeature, tableFeatures } from '@tanstack/react-table';
import type { JobSummary } from '#src/contract/job/job.ts';
import { useNow } from '#src/ui/data/server-clock.ts';
import { VisibleText } from '#src/ui/parts/body/masked-text.tsx';
import { StateMark } from '#src/ui/parts/text/state-mark.tsx';
import { StatusCode } from '#src/ui/parts/text/status-code.tsx';
import { AgeHead, Ago } from '#src/ui/parts/time/ago.tsx';
import { ageText, tookText } from '#src/ui/words/time-text.ts';
import { AttemptBars } from './attempt-bars.tsx';
import { Labels, RequestLink } from './job-cells.tsx';
import type { Row } from './live-job-rows.ts';
import { NextOrResult } from './next-or-result.tsx';

export const jobFeatures = tableFeatures({ columnVisibilityFeature, rowSelectionFeature });
export type JobFeatures = typeof jobFeatures;

const helper = createColumnHelper<JobFeatures, Row>();
const none = <span className="text-fg-subtle max-sm:hidden">–</span>;

/** Columns of the list and what each shows. The table places them; on phones it places them in two lines. */
export const jobColumns = helper.columns([
  helper.display({
    id: 'state',
    header: 'State',
    cell: ({ row: { original } }) =>
      original.left ? (
        <span className="text-fg-muted">Moved on</span>
      ) : (
        <StateMark state={original.job.state} look="quiet" detail={original.job.waitReason} />
      ),
  }),
  helper.display({
    id: 'request',
    header: 'Request',
    cell: ({ row }) => <RequestLink job={row.original.job} />,
  }),
  helper.display({ id: 'labels', header: 'Labels', cell: ({ row }) => <Labels labels={row.original.job.labels} /> }),
  helper.display({ id: 'attempts', header: 'Attempts', cell: ({ row }) => <AttemptBars job={row.original.job} /> }),
  helper.display({
    id: 'status',
    header: 'Status',
    cell: ({ row }) => {
      const { recentAttempts, error, lastFailure } = row.original.job;
      const last = recentAttempts.at(-1);
      return last ? <StatusCode {...last} failure={lastFailure ?? error} quiet /> : none;
    },
  }),
  helper.display({ id: 'duration', header: 'Duration', cell: ({ row }) => <Duration job={row.original.job} /> }),
  helper.display({ id: 'age', header: AgeHead, cell: ({ row }) => <Age at={row.original.job.createdAt} /> }),
  helper.display({
    id: 'next',
    header: 'Next / result',
    cell: ({ row: { original } }) => (original.left ? none : <Next job={original.job} />),
  }),
]);

/** Returns the columns of the list with those of chosen paths of the metadata, behind the request. */
export function columnsWith(paths: readonly string[]) {
  const chosen = helper.columns(
    paths.map((path) =>
      helper.display({
        id: metadataColumn(path),
        header: () => <span title={path}>{path}</span>,
        cell: ({ row }) => <MetadataValue text={row.original.job.metadata?.[path] ?? null} />,
      }),
    ),
  );
  return [...jobColumns.slice(0, 2), ...chosen, ...jobColumns.slice(2)];
}

const metadataColumn = (path: string) => `metadata.${path}` as const;

/** Shows a value of the metadata; one that is missing leaves its cell empty. */
function MetadataValue({ text }: { text: string | null }) {
  return text === null ? null : (
    <span title={text}>
      <VisibleText text={text} />
    </span>
  );
}

export type JobColumn =
  | 'state'
  | 'request'
  | 'labels'
  | 'attempts'
  | 'status'
  | 'duration'
  | 'age'
  | 'next'
  | `metadata.${string}`;

function Duration({ job }: { job: JobSummary }) {
  return durationOf(job, useNow(1_000)) ?? none;
}

/**
 * Returns the time since the first attempt's start. A job's delay and its time in the queue must not make its target
 * look slow.
 */
function durationOf(job: JobSummary, now: number): string | null {
  if (job.startedAt === null) return null;
  if (job.endedAt !== null) return tookText(Date.parse(job.endedAt) - Date.parse(job.startedAt));
  return job.state === 'in_progress' ? ageText(now - Date.parse(job.startedAt)) : null;
}

function Age({ at }: { at: string }) {
  return <Ago at={at} />;
}

function Next({ job }: { job: JobSummary }) {
  return <NextOrResult job={job} now={useNow(1_000)} />;
}
