import type { StatSpan } from '#src/contract/stats/stat-range.ts';
import type { EndpointStats } from '#src/contract/stats/stats.ts';
import type { Reads } from '#src/engine/deps.ts';
import { loadEndpoint } from '#src/engine/endpoint/to-endpoint.ts';
import { cappedCount } from '#src/engine/show/capped-count.ts';
import { iso } from '#src/engine/show/to-job.ts';
import { endOf, windowOf } from '#src/engine/show/window-of.ts';
import { databaseNow } from '#src/store/db/database-clock.ts';
import { findLastFailure, readEndpointBacklogs } from '#src/store/stats/backlog.ts';
import { readEndpointStats } from '#src/store/stats/stat-rows.ts';
import { endpointPoint, percentiles, toSteps } from './stat-points.ts';

/**
 * Returns the statistics of an endpoint over a range, and the deliveries that wait for it now. Throws `not_found` if
 * the project has no such endpoint.
 */
export async function endpointStats(
  deps: Reads,
  projectId: string,
  id: string,
  span: StatSpan,
): Promise<EndpointStats> {
  const { db } = deps;
  const [endpoint, now] = await Promise.all([loadEndpoint(deps, projectId, id), databaseNow(db)]);
  const nowMs = now.getTime();
  const window = windowOf(nowMs, span);
  const step = window.stepMs / 1_000;
  const [rows, [backlog], failure] = await Promise.all([
    readEndpointStats(db, { projectId, endpointId: endpoint.id, step, fromMs: window.fromMs, toMs: endOf(window) }),
    readEndpointBacklogs(db, projectId, [endpoint.id]),
    findLastFailure(db, endpoint.id),
  ]);
  const { steps, totals } = toSteps(rows, window);
  return {
    range: span.range ?? null,
    from: new Date(window.fromMs).toISOString(),
    to: new Date(window.toMs).toISOString(),
    stepSeconds: step,
    delivered: totals.delivered ?? 0,
    failed: totals.deliveriesFailed ?? 0,
    tryDuration: percentiles(totals.tryDuration),
    points: steps.map(endpointPoint),
    waiting: cappedCount(backlog?.waiting ?? 0),
    oldestWaitingAt: iso(backlog?.oldest_at ?? null),
    skipped: cappedCount(backlog?.skipped ?? 0),
    lastFailure: failure.at && { at: failure.at.toISOString(), answer: failure.answer ?? 'unknown' },
  };
}
