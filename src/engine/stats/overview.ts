import type { StatSpan } from '#src/contract/stats/stat-range.ts';
import type { Backlog, NowCounts, Overview, WorkerView } from '#src/contract/stats/stats.ts';
import { formatId } from '#src/domain/text/id.ts';
import type { Paces, Reads } from '#src/engine/deps.ts';
import { quotaViews } from '#src/engine/quota/quota-settings.ts';
import { cappedCount } from '#src/engine/show/capped-count.ts';
import { iso } from '#src/engine/show/to-job.ts';
import { endOf, windowOf } from '#src/engine/show/window-of.ts';
import { databaseNow } from '#src/store/db/database-clock.ts';
import { readQuotasSet } from '#src/store/quota/read-quotas.ts';
import { type BacklogRow, readBacklog, readEndpointBacklogs, readNow } from '#src/store/stats/backlog.ts';
import { findCertificatesOf } from '#src/store/stats/find-certificates.ts';
import { readRecentCounts } from '#src/store/stats/recent-counts.ts';
import { lastReadingAt, readGaugesAgo, readProjectStats } from '#src/store/stats/stat-rows.ts';
import { findTroubledEndpoints, type TroubledEndpointRow } from '#src/store/stats/troubled-endpoints.ts';
import { findWaitingOrigins } from '#src/store/stats/waiting-origins.ts';
import { findWorkers, type WorkerRow } from '#src/store/worker/workers.ts';
import { alerts, recentMinutes } from './alerts.ts';
import { failingHosts, statPoint, statTotals, toSteps } from './stat-points.ts';
import { troubledReceivers } from './troubled-receivers.ts';

const shownHosts = 10;
const shownReceivers = 20;

/** Returns the statistics and the open work of a project, for the first page of the dashboard. */
export async function overview({ db, pace }: Reads & Paces, projectId: string, span: StatSpan): Promise<Overview> {
  const nowMs = (await databaseNow(db)).getTime();
  const window = windowOf(nowMs, span);
  const step = window.stepMs / 1_000;
  const [rows, backlogRow, workerRows, lastReadingMs, before, recent, endpoints, origins, limited, certificates] =
    await Promise.all([
      readProjectStats(db, {
        ...{ projectId, step, fromMs: window.previousFromMs, toMs: endOf(window), hostsFromMs: window.fromMs },
      }),
      readBacklog(db, projectId),
      findWorkers(db, pace.silentAfterSeconds),
      lastReadingAt(db),
      readGaugesAgo(db, projectId, 5),
      readRecentCounts(db, projectId, recentMinutes),
      findTroubledEndpoints(db, projectId, shownReceivers),
      findWaitingOrigins(db, projectId, shownReceivers),
      readQuotasSet(db, projectId),
      findCertificatesOf(db, projectId),
    ]);
  const endpointBacklogs = await backlogsOf(db, projectId, endpoints);
  const { steps, totals, previous } = toSteps(rows, window);
  const receivers = troubledReceivers(endpoints, endpointBacklogs, origins);
  const backlog = backlogView(backlogRow);
  const workers = workerRows.map(workerView);
  const egressDownSince = earliest(workerRows.flatMap((row) => (row.state === 'silent' ? [] : row.egress_down_since)));
  return {
    range: span.range ?? null,
    from: new Date(window.fromMs).toISOString(),
    to: new Date(window.toMs).toISOString(),
    stepSeconds: step,
    totals: statTotals(totals),
    previous: statTotals(previous),
    points: steps.map(statPoint),
    backlog,
    workers,
    failingHosts: failingHosts(rows, window, shownHosts),
    troubledReceivers: receivers,
    alerts: alerts({
      ...{ nowMs, workers, lastReadingMs, egressDownSince, backlog, before, recent },
      ...{ endpoints, endpointBacklogs, receivers, quotas: limited.flatMap(quotaViews), certificates },
    }),
  };
}

/**
 * Returns the number of a project's jobs in progress and of its endpoints with trouble, for the frame of every page.
 */
export async function nowCounts({ db }: Reads, projectId: string): Promise<NowCounts> {
  const row = await readNow(db, projectId);
  return { inProgress: cappedCount(row.in_progress), troubledEndpoints: cappedCount(row.troubled) };
}

async function backlogsOf(db: Reads['db'], projectId: string, endpoints: TroubledEndpointRow[]) {
  const ids = endpoints.map(({ id }) => id);
  const rows = ids.length === 0 ? [] : await readEndpointBacklogs(db, projectId, ids);
  return new Map(rows.map((row) => [row.id, row]));
}

function backlogView(row: BacklogRow): Backlog {
  return {
    queued: cappedCount(row.queued),
    due: cappedCount(row.due),
    paused: cappedCount(row.paused),
    retrying: cappedCount(row.retrying),
    scheduled: cappedCount(row.scheduled),
    inProgress: cappedCount(row.in_progress),
    oldestQueuedAt: iso(row.oldest_at),
    oldestQueuedJobId: row.oldest_id && formatId('job', row.oldest_id),
    deliveries: cappedCount(row.deliveries),
    deliveriesRetrying: cappedCount(row.deliveries_retrying),
    oldestDeliveryAt: iso(row.oldest_delivery_at),
    oldestDeliveryId: row.oldest_delivery_id && formatId('dlv', row.oldest_delivery_id),
  };
}

function workerView(row: WorkerRow): WorkerView {
  return {
    id: row.id,
    name: row.name,
    state: row.state,
    slots: row.slots,
    inFlight: row.in_flight,
    startedAt: row.started_at.toISOString(),
    heartbeatAt: row.heartbeat_at.toISOString(),
    version: row.version,
  };
}

function earliest(dates: (Date | null)[]): Date | null {
  return dates.reduce((first, date) => (date !== null && (first === null || date < first) ? date : first), null);
}
