import clsx from 'clsx';
import type { RetentionPreview } from '#src/contract/project/retention.ts';
import { problemOf } from '#src/ui/data/refusal.ts';
import { Skeleton } from '#src/ui/parts/page/skeleton.tsx';
import { DateAndTime } from '#src/ui/parts/time/clock.tsx';
import { countText, heldWords, type retentionFields } from './retention-fields.ts';

type Props = {
  of: (typeof retentionFields)[number]['of'];
  preview: RetentionPreview | undefined;
  /** True if the preview is of an earlier input. */
  isStale: boolean;
  error: unknown;
};

/** Shows what the next clearing deletes of one kind, what it keeps back and why. */
export function PreviewText({ of, preview, isStale, error }: Props) {
  const line = preview?.of.find(({ what }) => what === of);
  if (!preview || !line)
    return error ? (
      <p className="text-fg-muted">What it deletes could not be counted: {problemOf(error).message}</p>
    ) : (
      <Skeleton className="mt-1 w-40" />
    );
  const { now, heldBack, oldestAt } = line;
  return (
    <div className={clsx('grid gap-0.5', isStale ? 'text-fg-subtle' : 'text-fg-muted')}>
      {now.count > 0 ? (
        <p className={clsx('font-medium', !isStale && 'text-failed-text')}>
          Deletes {countText(of, now)} within {preview.everySeconds} s
        </p>
      ) : (
        <p>Deletes nothing now</p>
      )}
      {heldBack.count > 0 && (
        <p>
          Keeps {countText(of, heldBack)} back: {heldWords[of]}
        </p>
      )}
      {oldestAt && (
        <p>
          The oldest of them is from <DateAndTime at={oldestAt} />
        </p>
      )}
    </div>
  );
}
