import type { Alert, Backlog, WorkerView } from '#src/contract/stats/stats.ts';
import { readLimits } from '#src/domain/limits.ts';
import { formatId } from '#src/domain/text/id.ts';
import { cappedCount } from '#src/engine/show/capped-count.ts';
import type { EndpointBacklogRow, FailingEndpointRow } from '#src/store/stats/backlog.ts';

/** State of a project and of the workers, from which alerts are made. */
export type Situation = {
  nowMs: number;
  workers: WorkerView[];
  /** Time when a worker last measured the waiting jobs, in epoch milliseconds; null: never. */
  lastReadingMs: number | null;
  /** Earliest time since when a living worker has had no working network; null: all have one. */
  egressDownSince: Date | null;
  backlog: Backlog;
  /** Waiting jobs five minutes ago; null: nothing was measured then. */
  before: { queued: number; oldestQueuedMs: number } | null;
  endpoints: FailingEndpointRow[];
  endpointBacklogs: ReadonlyMap<string, EndpointBacklogRow>;
};

const longMs = 60_000;

/** Returns the problems that need a person now, the most serious first. */
export function alerts(situation: Situation): Alert[] {
  const found: Alert[] = [];
  if (situation.workers.every((worker) => worker.state === 'silent')) {
    found.push({ kind: 'no_workers', since: lastSign(situation) });
  }
  if (situation.egressDownSince) found.push({ kind: 'egress_down', since: situation.egressDownSince.toISOString() });
  const { queued, oldestQueuedAt } = situation.backlog;
  if (oldestQueuedAt !== null && isGrowing(situation, situation.nowMs - Date.parse(oldestQueuedAt))) {
    found.push({ kind: 'backlog_growing', queued, oldestQueuedAt });
  }
  for (const endpoint of situation.endpoints) {
    const { disabled_at: at, disabled_reason: reason } = endpoint;
    // An endpoint that was disabled by hand needs no alert.
    if (endpoint.state !== 'disabled' || at === null || reason === null || reason === 'manual') continue;
    const skipped = cappedCount(situation.endpointBacklogs.get(endpoint.id)?.skipped ?? 0);
    const named = { endpointId: formatId('end', endpoint.id), name: endpoint.name };
    found.push({ kind: 'endpoint_disabled', ...named, reason, at: at.toISOString(), skipped });
  }
  return found;
}

/** Returns the time of the last sign of any worker, ISO 8601; null: there was none. */
function lastSign({ workers, lastReadingMs }: Situation): string | null {
  const times = workers.map((worker) => Date.parse(worker.heartbeatAt));
  const latest = Math.max(...times, lastReadingMs ?? Number.NEGATIVE_INFINITY);
  return Number.isFinite(latest) ? new Date(latest).toISOString() : null;
}

/**
 * Returns true if more jobs wait than five minutes ago, and the oldest has waited for more than a minute. If both
 * counts stopped at the limit, the waits of the oldest jobs are compared.
 */
function isGrowing({ backlog, before }: Situation, oldestMs: number): boolean {
  if (oldestMs <= longMs || before === null) return false;
  if (backlog.queued.capped && before.queued > readLimits.countedRows) return oldestMs > before.oldestQueuedMs;
  return backlog.queued.count > Math.min(before.queued, readLimits.countedRows);
}
