import type { QuotaView } from '#src/contract/project/quotas.ts';
import type { Alert, Backlog, TroubledReceiver, WorkerView } from '#src/contract/stats/stats.ts';
import { readLimits, tlsLimits } from '#src/domain/limits.ts';
import { isQuotaNear } from '#src/domain/quota/quota.ts';
import { addCounts, type StatCounts } from '#src/domain/stats/stat-counts.ts';
import { formatId } from '#src/domain/text/id.ts';
import { firstToEnd } from '#src/engine/client-tls.ts';
import { cappedCount } from '#src/engine/show/capped-count.ts';
import type { EndpointBacklogRow } from '#src/store/stats/backlog.ts';
import type { CertificateRow } from '#src/store/stats/find-certificates.ts';
import type { TroubledEndpointRow } from '#src/store/stats/troubled-endpoints.ts';

/** State of a project and of the workers, from which alerts are made. */
export type Situation = {
  nowMs: number;
  workers: WorkerView[];
  /** Time when a worker last measured what waits, in epoch milliseconds; null: never. */
  lastReadingMs: number | null;
  /** Earliest time since when a living worker has had no working network; null: all have one. */
  egressDownSince: Date | null;
  backlog: Backlog;
  /** What waited five minutes ago; null: nothing was measured then. */
  before: { queued: number; oldestQueuedMs: number; deliveriesWaiting: number } | null;
  /** Counts of the last `recentMinutes`. */
  recent: readonly StatCounts[];
  endpoints: TroubledEndpointRow[];
  endpointBacklogs: ReadonlyMap<string, EndpointBacklogRow>;
  /** Receivers in trouble, first the one for which the most waits. */
  receivers: readonly TroubledReceiver[];
  /** The quotas of the project, and where they stand. */
  quotas: readonly QuotaView[];
  /** Certificates of endpoints and upstreams. */
  certificates: readonly CertificateRow[];
};

/** Minutes over which failures are compared with all that ended. */
export const recentMinutes = 10;

const longMs = 60_000;
/** Wait of the oldest callback from which a person is needed. The first tries again are made within it. */
const lateMs = 300_000;
/** A rate of failures needs a person if it is high and not made of a few. */
const failures = { least: 10, share: 0.25 };

/** Returns the problems that need a person now, the most serious first. */
export function alerts(situation: Situation): Alert[] {
  const found: Alert[] = [];
  if (situation.workers.every((worker) => worker.state === 'silent')) {
    found.push({ kind: 'no_workers', since: lastSign(situation) });
  }
  if (situation.egressDownSince) found.push({ kind: 'egress_down', since: situation.egressDownSince.toISOString() });
  found.push(...callbacksWaiting(situation));
  found.push(...quotasNear(situation.quotas));
  const { due: queued, oldestQueuedAt } = situation.backlog;
  if (oldestQueuedAt !== null && isGrowing(situation, situation.nowMs - Date.parse(oldestQueuedAt))) {
    found.push({ kind: 'backlog_growing', queued, oldestQueuedAt });
  }
  found.push(...failureRates(situation));
  for (const endpoint of situation.endpoints) {
    const { disabled_at: at, disabled_reason: reason } = endpoint;
    // An endpoint that was disabled by hand needs no alert.
    if (endpoint.state !== 'disabled' || at === null || reason === null || reason === 'manual') continue;
    const skipped = cappedCount(situation.endpointBacklogs.get(endpoint.id)?.skipped ?? 0);
    const named = { endpointId: formatId('end', endpoint.id), name: endpoint.name };
    found.push({ kind: 'endpoint_disabled', ...named, reason, at: at.toISOString(), skipped });
  }
  found.push(...endingCertificates(situation));
  return found;
}

function quotasNear(quotas: readonly QuotaView[]): Alert[] {
  return quotas.flatMap(({ name, limit, used, resetsAt }): Alert[] =>
    limit !== null && used !== null && isQuotaNear(used, limit)
      ? [{ kind: 'quota_near', quota: name, used, limit, resetsAt }]
      : [],
  );
}

/** Returns an alert for each endpoint and upstream with a certificate that has ended or ends soon: the first to end. */
function endingCertificates({ nowMs, certificates }: Situation): Alert[] {
  return certificates.flatMap(({ owner, id, name, ...tls }): Alert[] => {
    const first = firstToEnd(tls);
    if (first === null || Date.parse(first.expiresAt) - nowMs >= tlsLimits.warnDays * 86_400_000) return [];
    const named = { of: owner, id: formatId(owner === 'endpoint' ? 'end' : 'ups', id), name };
    return [{ kind: 'certificate_ends', ...named, subject: first.subject, endsAt: first.expiresAt }];
  });
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
  if (backlog.due.capped && before.queued > readLimits.countedRows) return oldestMs > before.oldestQueuedMs;
  return backlog.due.count > Math.min(before.queued, readLimits.countedRows);
}

/** Returns the alert about callbacks that have waited for long, with the receiver for which the most waits. */
function callbacksWaiting({ nowMs, backlog, before, receivers }: Situation): Alert[] {
  const { deliveries: waiting, oldestDeliveryAt: oldestAt } = backlog;
  if (oldestAt === null || nowMs - Date.parse(oldestAt) <= lateMs) return [];
  const growing = before !== null && waiting.count > Math.min(before.deliveriesWaiting, readLimits.countedRows);
  const first = receivers.find((receiver) => receiver.waiting.count > 0);
  const worst = first && {
    ...{ endpointId: first.endpointId, name: first.name },
    ...{ lastAnswer: first.lastAnswer, waiting: first.waiting },
  };
  return [{ kind: 'callbacks_waiting', waiting, oldestAt, growing, worst: worst ?? null }];
}

function failureRates({ nowMs, recent }: Situation): Alert[] {
  const sum: StatCounts = {};
  for (const counts of recent) addCounts(sum, counts);
  const since = new Date(nowMs - recentMinutes * 60_000).toISOString();
  const rates = [
    { of: 'callbacks' as const, failed: sum.failedTries ?? 0, good: sum.delivered ?? 0 },
    { of: 'jobs' as const, failed: sum.failed ?? 0, good: sum.completed ?? 0 },
  ];
  return rates.flatMap(({ of, failed, good }): Alert[] => {
    const total = failed + good;
    if (failed < failures.least || failed < total * failures.share) return [];
    return [{ kind: 'failure_rate', of, failed, total, since }];
  });
}
