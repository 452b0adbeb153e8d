'use client';

import Link from 'next/link';
import type { ScheduleSummary } from '#src/contract/schedule/schedule.ts';
import { useMayWrite } from '#src/ui/data/project/use-me.ts';
import { CirclePause, CircleX } from '#src/ui/icons/icons.ts';
import { DataTable, RowLink, Td, Th, Tr } from '#src/ui/parts/table/data-table.tsx';
import { StateMark } from '#src/ui/parts/text/state-mark.tsx';
import { Ago, Coming } from '#src/ui/parts/time/ago.tsx';
import { ScheduleMenu } from './schedule-menu.tsx';
import { scheduleJobsUrl } from './schedule-words.ts';

/** Table of schedules. A row leads to the schedule's jobs. */
export function SchedulesTable({ schedules }: { schedules: readonly ScheduleSummary[] }) {
  const mayWrite = useMayWrite();
  return (
    <DataTable
      label="Schedules"
      head={
        <>
          <Th className="w-[24%]">Schedule</Th>
          <Th>Times</Th>
          <Th className="w-[120px]">Next run</Th>
          <Th className="w-[260px] max-lg:w-[180px]">Last run</Th>
          {mayWrite && (
            <Th number className="w-[60px]">
              <span className="sr-only">Actions</span>
            </Th>
          )}
        </>
      }
    >
      {schedules.map((schedule) => (
        <ScheduleLine key={schedule.id} schedule={schedule} mayWrite={mayWrite} />
      ))}
    </DataTable>
  );
}

function ScheduleLine({ schedule, mayWrite }: { schedule: ScheduleSummary; mayWrite: boolean }) {
  const { name, cron, description, timezone, pausedAt } = schedule;
  return (
    // On phones the times give way, so that the next run and the last one are whole.
    <Tr className="max-sm:grid-cols-[minmax(0,1fr)_auto_auto]! max-sm:gap-x-3!">
      <Td phone="main">
        <span className="flex min-w-0 items-center gap-2.5">
          <RowLink href={scheduleJobsUrl(schedule)} className="min-w-0 truncate font-medium" title={name}>
            {name}
          </RowLink>
          {pausedAt !== null && <PausedMark />}
        </span>
      </Td>
      <Td phone="first" className="truncate">
        <span title={`${description}, ${timezone} (${cron})`}>
          {description} <span className="text-fg-subtle">{timezone}</span>
        </span>
      </Td>
      <Td phone="second">
        <NextRun schedule={schedule} />
      </Td>
      <Td phone="third">
        <LastRun schedule={schedule} />
      </Td>
      {mayWrite && (
        <Td number phone="aside">
          <ScheduleMenu schedule={schedule} />
        </Td>
      )}
    </Tr>
  );
}

const none = <span className="text-fg-subtle max-sm:hidden">–</span>;

function NextRun({ schedule: { nextRunAt, timezone } }: { schedule: ScheduleSummary }) {
  return nextRunAt === null ? none : <Coming at={nextRunAt} also={timezone} />;
}

/** What came of the last time, and how the last job does. */
function LastRun({ schedule: { lastRun, lastJob } }: { schedule: ScheduleSummary }) {
  if (lastRun !== null && lastRun.outcome !== 'ran') return <NoJob lastRun={lastRun} />;
  if (lastJob === null) return none;
  return (
    <span className="inline-flex max-w-full items-center gap-2 align-middle">
      <Link
        href={`/jobs/${lastJob.id}`}
        prefetch={false}
        className="relative z-1 inline-flex hover:underline"
        aria-label={`The last job, ${lastJob.state?.replace('_', ' ') ?? 'deleted'}`}
      >
        {lastJob.state === null ? 'Job deleted' : <StateMark state={lastJob.state} look="quiet" />}
      </Link>
      {lastRun !== null && (
        <span className="text-fg-subtle max-lg:hidden">
          <Ago at={lastRun.at} sentence />
        </span>
      )}
    </span>
  );
}

function NoJob({ lastRun: { at, outcome, reason } }: { lastRun: NonNullable<ScheduleSummary['lastRun']> }) {
  const isRefused = outcome === 'refused';
  const text = `${isRefused ? 'Refused' : 'Skipped'}: ${reason?.message ?? ''}`;
  return (
    <span className="flex max-w-full min-w-0 items-center gap-1.5 max-sm:max-w-[110px]" title={text}>
      {isRefused && <CircleX size={15} strokeWidth={1.75} aria-hidden className="flex-none text-failed-text" />}
      <span className={`min-w-0 truncate ${isRefused ? 'text-failed-text' : 'text-fg-muted'}`}>{text}</span>
      <span className="flex-none text-fg-subtle max-lg:hidden">
        <Ago at={at} sentence />
      </span>
    </span>
  );
}

function PausedMark() {
  return (
    <span className="state-retrying inline-flex flex-none items-center gap-1.5 text-13 font-medium text-state-text">
      <CirclePause size={15} strokeWidth={1.75} aria-hidden className="text-state" />
      Paused
    </span>
  );
}
