import clsx from 'clsx';
import Link from 'next/link';
import type { JobSummary } from '#src/contract/job.ts';
import { useNow } from '#src/ui/data/server-clock.ts';
import { Moment } from '#src/ui/parts/moment.tsx';
import { StateMark } from '#src/ui/parts/state-mark.tsx';
import { StatusCode } from '#src/ui/parts/status-code.tsx';
import { Tag } from '#src/ui/parts/tag.tsx';
import { ageText, tookText } from '#src/ui/words/time-text.ts';
import { urlParts } from '#src/ui/words/url-parts.ts';
import { AttemptBars } from './attempt-bars.tsx';
import type { Row } from './live-rows.ts';
import { NextOrResult } from './next-or-result.tsx';

const none = <span className="text-fg-subtle max-sm:hidden">–</span>;

export function JobRow({ job, left }: Row) {
  const now = useNow(1_000);
  const last = job.recentAttempts.at(-1);
  return (
    <tr className={clsx(left && 'bg-sunken grayscale')}>
      <td className="max-sm:[grid-area:state]">
        {left ? (
          <span className="text-fg-muted">Moved on</span>
        ) : (
          <StateMark state={job.state} look="quiet" detail={job.waitReason} />
        )}
      </td>
      <td className="max-sm:text-14 max-sm:[grid-area:url]">
        <Request job={job} />
      </td>
      <td className="max-xl:hidden">
        <Labels labels={job.labels} />
      </td>
      <td className="max-sm:[grid-area:attempts]">
        <AttemptBars job={job} />
      </td>
      <td className="max-sm:[grid-area:code]">{last ? <StatusCode {...last} quiet /> : none}</td>
      <td className="number max-lg:hidden">{durationOf(job, now) ?? none}</td>
      <td className="number max-sm:text-12 max-sm:text-fg-subtle max-sm:[grid-area:age]">
        <Moment at={job.createdAt}>{ageText(now - Date.parse(job.createdAt))}</Moment>
      </td>
      <td className="number max-sm:text-left max-sm:text-12 max-sm:[grid-area:next]">
        {left ? none : <NextOrResult job={job} now={now} />}
      </td>
    </tr>
  );
}

function Request({ job }: { job: JobSummary }) {
  const { host, rest } = urlParts(job.url);
  return (
    <Link
      href={`/jobs/${job.id}`}
      prefetch={false}
      title={`${job.method} ${job.url}`}
      className="row-link flex min-w-0 items-center gap-2"
    >
      <span className="w-[34px] flex-none font-mono text-11 leading-none font-semibold text-fg-muted max-sm:w-auto">
        {job.method}
      </span>
      <span className="truncate">
        <span className="font-medium">{host}</span>
        <span className="text-fg-muted">{rest}</span>
      </span>
    </Link>
  );
}

const labelsShown = 2;

function Labels({ labels }: { labels: string[] }) {
  const more = labels.length - labelsShown;
  return (
    <span className="flex gap-1" title={more > 0 ? labels.join(', ') : undefined}>
      {labels.slice(0, labelsShown).map((label) => (
        <Tag key={label}>{label}</Tag>
      ))}
      {more > 0 && <Tag>+{more}</Tag>}
    </span>
  );
}

/** From the first attempt's start, so that a job's delay or its time in the queue does not make its target look slow. */
function durationOf(job: JobSummary, now: number): string | null {
  if (job.startedAt === null) return null;
  if (job.endedAt !== null) return tookText(Date.parse(job.endedAt) - Date.parse(job.startedAt));
  return job.state === 'in_progress' ? ageText(now - Date.parse(job.startedAt)) : null;
}
