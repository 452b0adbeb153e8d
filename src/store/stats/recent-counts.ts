import type { StatCounts } from '#src/domain/stats/stat-counts.ts';
import { statSteps } from '#src/domain/stats/stat-steps.ts';
import type { Db } from '#src/store/db/database.ts';

/**
 * Returns a project's counts of the last minutes. Folded and unfolded counts are read in one statement, so everything is
 * counted once.
 */
export async function readRecentCounts(db: Db, projectId: string, minutes: number): Promise<StatCounts[]> {
  const rows = await db.run<{ counts: StatCounts | null }>(
    'read_recent_counts',
    `select counts from stat_bucket
     where scope_id = $1 and step = ${statSteps[0].seconds} and at > now() - make_interval(mins => $2)
     union all
     select counts->'totals' from stat_delta where project_id = $1 and at > now() - make_interval(mins => $2)`,
    [projectId, minutes],
  );
  return rows.flatMap(({ counts }) => counts ?? []);
}
