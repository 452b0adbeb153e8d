'use client';

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { readCron } from '#src/domain/schedule/cron-text.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { zonedText } from './schedule-words.ts';

const shown = 3;

/** Says in words what a cron expression means, with its next times in its time zone. */
export function SchedulePreviewLine({ cron, timezone }: { cron: string; timezone: string }) {
  const trpc = useTRPC();
  const isReadable = readCron(cron).ok && timezone.trim() !== '';
  const preview = useQuery(
    trpc.schedules.preview.queryOptions(
      { cron, timezone: timezone.trim() },
      { enabled: isReadable, placeholderData: keepPreviousData, retry: false },
    ),
  );
  const times = isReadable && !preview.error ? preview.data : undefined;
  return (
    <p role="status" className="-mt-1 min-h-9 text-12 text-fg-subtle">
      {times === undefined ? (
        'Minute, hour, day of the month, month, day of the week; or @hourly, @daily, @weekly, @monthly.'
      ) : (
        <>
          <span className="font-medium text-fg">{times.description}.</span> Next:{' '}
          {times.times
            .slice(0, shown)
            .map((at) => zonedText(at, times.timezone))
            .join(', ')}
          .
        </>
      )}
    </p>
  );
}
