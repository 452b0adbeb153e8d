import type { Alert, Backlog, WorkerView } from '#src/contract/stats/stats.ts';
import { readLimits } from '#src/domain/limits.ts';
import { formatId } from '#src/domain/text/id.ts';
import { cappedCount } from '#src/engine/show/capped-count.ts';
import type { EndpointBacklogRow, FailingEndpointRow } from '#src/store/stats/backlog.ts';

export type Situation = {
  nowMs: number;
  workers: WorkerView[];
  /** When a worker last looked at the backlog; null: never. */
  lastReadingMs: number | null;
  /** The first moment at which a living worker could not get out. */
  egressDownSince: Date | null;
  backlog: Backlog;
  /** What waited five minutes ago; null: nobody looked. */
  before: { queued: number; oldestQueuedMs: number } | null;
  endpoints: FailingEndpointRow[];
  endpointBacklogs: ReadonlyMap<string, EndpointBacklogRow>;
};

const longMs = 60_000;

/** What needs a person now, the gravest first. */
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
    // Whoever switched one off by hand needs no telling.
    if (endpoint.state !== 'disabled' || at === null || reason === null || reason === 'manual') continue;
    const skipped = cappedCount(situation.endpointBacklogs.get(endpoint.id)?.skipped ?? 0);
    const named = { endpointId: formatId('end', endpoint.id), name: endpoint.name };
    found.push({ kind: 'endpoint_disabled', ...named, reason, at: at.toISOString(), skipped });
  }
  return found;
}

/** The last that was heard of any worker. */
function lastSign({ workers, lastReadingMs }: Situation): string | null {
  const times = workers.map((worker) => Date.parse(worker.heartbeatAt));
  const latest = Math.max(...times, lastReadingMs ?? Number.NEGATIVE_INFINITY);
  return Number.isFinite(latest) ? new Date(latest).toISOString() : null;
}

/** More wait than five minutes ago, and too long; where both counts stopped at the limit, the oldest tells. */
function isGrowing({ backlog, before }: Situation, oldestMs: number): boolean {
  if (oldestMs <= longMs || before === null) return false;
  if (backlog.queued.capped && before.queued > readLimits.countedRows) return oldestMs > before.oldestQueuedMs;
  return backlog.queued.count > Math.min(before.queued, readLimits.countedRows);
}
