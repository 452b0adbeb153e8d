import type { Retention, RetentionPreview } from '#src/contract/project/retention.ts';
import type { Clock, Paces, Reads } from '#src/engine/deps.ts';
import { cappedCount } from '#src/engine/show/capped-count.ts';
import { iso } from '#src/engine/show/to-job.ts';
import { type PreviewRow, previewOutlived, previewResults } from '#src/store/retention/project-retention.ts';
import { idDaysAgo } from './retain.ts';
import { changedSettings, loadSettings, type RetentionChange, retentionOf } from './retention-settings.ts';

type Line = RetentionPreview['of'][number];

/**
 * Returns the number of rows that the next clearing would delete if the change were made. Nothing is deleted. Throws
 * `not_found` or, for settings that contradict each other, `invalid_input`.
 */
export async function previewRetention(
  deps: Reads & Clock & Paces,
  projectId: string,
  change: RetentionChange,
  defaults: Retention,
): Promise<RetentionPreview> {
  const next = retentionOf(changedSettings(await loadSettings(deps.db, projectId), change, defaults), defaults);
  const outlived = (days: number) => ({ projectId, beforeId: idDaysAgo(deps.now(), days), days });
  const [results, jobs, attempts, deliveries] = await Promise.all([
    previewResults(deps.db, projectId),
    previewOutlived(deps.db, 'jobs', outlived(next.jobsDays)),
    next.attemptsDays < next.jobsDays
      ? previewOutlived(deps.db, 'attempts', outlived(next.attemptsDays))
      : { now: 0, held: 0, oldest: null },
    previewOutlived(deps.db, 'deliveries', outlived(next.deliveriesDays)),
  ]);
  return {
    everySeconds: deps.pace.retainProjectsMs / 1_000,
    of: [line('results', results), line('jobs', jobs), line('attempts', attempts), line('deliveries', deliveries)],
  };
}

function line(what: Line['what'], row: PreviewRow): Line {
  return { what, now: cappedCount(row.now), oldestAt: iso(row.oldest), heldBack: cappedCount(row.held) };
}
