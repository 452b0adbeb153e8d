import type { EndpointGlances } from '#src/contract/stats/stats.ts';
import { statWindow } from '#src/domain/stats/stat-steps.ts';
import { formatId, parseId } from '#src/domain/text/id.ts';
import type { Reads, Seals } from '#src/engine/deps.ts';
import { listEndpoints } from '#src/engine/endpoint/endpoints.ts';
import { cappedCount } from '#src/engine/show/capped-count.ts';
import { iso } from '#src/engine/show/to-job.ts';
import { databaseNow } from '#src/store/db/database-clock.ts';
import { findLastAnswers, readEndpointBacklogs } from '#src/store/stats/backlog.ts';
import { readEndpointSteps } from '#src/store/stats/stat-rows.ts';

const dayMs = 86_400_000;
const stepSeconds = 1_800;

/** Returns how each registered endpoint of a project does. Statistics of the last seconds may be missing. */
export async function endpointGlances(deps: Reads & Seals, projectId: string): Promise<EndpointGlances> {
  const { db } = deps;
  const [listed, now] = await Promise.all([listEndpoints(deps, projectId, {}), databaseNow(db)]);
  const ids = listed.map(({ id }) => parseId('end', id)).filter((id) => id !== null);
  const window = statWindow(now.getTime(), dayMs, stepSeconds * 1_000);
  const [backlogs, steps, answers] = await Promise.all([
    readEndpointBacklogs(db, projectId, ids),
    readEndpointSteps(db, { endpointIds: ids, step: stepSeconds, fromMs: window.fromMs }),
    findLastAnswers(db, ids),
  ]);
  const stepsOf = Map.groupBy(steps, (row) => row.scope_id);
  const backlogOf = new Map(backlogs.map((row) => [row.id, row]));
  return {
    endpoints: ids.map((id) => {
      const own = stepsOf.get(id) ?? [];
      const byStart = new Map(own.map((row) => [row.at_ms, row.counts]));
      const sum = (name: 'delivered' | 'deliveriesFailed') =>
        own.reduce((total, { counts }) => total + (counts[name] ?? 0), 0);
      const backlog = backlogOf.get(id);
      return {
        id: formatId('end', id),
        waiting: cappedCount(backlog?.waiting ?? 0),
        oldestWaitingAt: iso(backlog?.oldest_at ?? null),
        skipped: cappedCount(backlog?.skipped ?? 0),
        delivered: sum('delivered'),
        failed: sum('deliveriesFailed'),
        failedTries: window.starts.map((atMs) => byStart.get(atMs)?.failedTries ?? 0),
        lastFailure: answers.get(id) ?? null,
      };
    }),
  };
}
