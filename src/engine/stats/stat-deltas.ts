import type { Outcome } from '#src/domain/decide/outcome.ts';
import { lastWord } from '#src/domain/decide/recent-outcomes.ts';
import { addDuration } from '#src/domain/stats/histogram.ts';
import { type HostSums, type StatCounts, type StatDelta, worstHosts } from '#src/domain/stats/stat-counts.ts';
import type { Settlement } from '#src/engine/attempt/settlement.ts';
import type { DeliveryRow } from '#src/store/delivery/delivery-rows.ts';

/** Counts of one transaction, by project id. */
export type StatDeltas = Map<string, StatDelta>;

/** Counts jobs that were stored. */
export function countSubmitted(jobs: { projectId: string }[]): StatDeltas {
  const deltas: StatDeltas = new Map();
  for (const { projectId } of jobs) increment(totalsOf(deltas, projectId), 'submitted');
  return deltas;
}

/** Counts cancelled jobs of a project. */
export function countCancelled(projectId: string, count: number): StatDeltas {
  return new Map([[projectId, { totals: { cancelled: count } }]]);
}

/** Counts the settled jobs that have ended. */
export function countEnded(settled: Pick<Settlement, 'job' | 'update'>[]): StatDeltas {
  const deltas: StatDeltas = new Map();
  const hosts = new Map<string, HostSums>();
  for (const { job, update } of settled) {
    if (update.endedAt === null) continue;
    const failed = update.state === 'failed';
    const totals = totalsOf(deltas, job.project_id);
    increment(totals, failed ? 'failed' : 'completed');
    totals.duration = addDuration(totals.duration ?? {}, update.endedAt.getTime() - job.created_at.getTime());
    const ofProject = getOrSet(hosts, job.project_id, () => new Map());
    const host = getOrSet(ofProject, job.host, () => ({ ended: 0, failed: 0, outcomes: new Map() }));
    host.ended += 1;
    if (!failed) continue;
    host.failed += 1;
    // A job without an attempt has no outcome. Its error code is used instead.
    const outcome = lastWord(update.recent) ?? update.error?.code ?? 'unknown';
    host.outcomes.set(outcome, (host.outcomes.get(outcome) ?? 0) + 1);
  }
  for (const [projectId, delta] of deltas) {
    const sums = hosts.get(projectId);
    if (sums) delta.hosts = worstHosts(sums, sums.size);
  }
  return deltas;
}

type CountedDelivery = {
  ended: { delivery: DeliveryRow; outcome: Outcome; egressDown: boolean; startedAt: Date; endedAt: Date };
  update: { state: string };
};

/** Counts attempts of deliveries, and the deliveries that ended with them. */
export function countDeliveryAttempts(tries: CountedDelivery[]): StatDeltas {
  const deltas: StatDeltas = new Map();
  const endpoints = new Map<string, Map<string, StatCounts>>();
  for (const one of tries) {
    const { delivery } = one.ended;
    const totals = totalsOf(deltas, delivery.project_id);
    countDeliveryAttempt(totals, one);
    if (one.update.state === 'delivered' && delivery.attempt_base === 0) {
      // A delivery that was sent again on request does not show how long deliveries take.
      const ms = one.ended.endedAt.getTime() - delivery.created_at.getTime();
      totals.deliveryDuration = addDuration(totals.deliveryDuration ?? {}, ms);
    }
    if (delivery.endpoint_id === null) continue;
    const ofProject = getOrSet(endpoints, delivery.project_id, () => new Map());
    countDeliveryAttempt(
      getOrSet(ofProject, delivery.endpoint_id, () => ({})),
      one,
    );
  }
  for (const [projectId, ofProject] of endpoints) {
    const delta = deltas.get(projectId);
    if (delta) delta.endpoints = [...ofProject];
  }
  return deltas;
}

function countDeliveryAttempt(counts: StatCounts, { ended, update }: CountedDelivery): void {
  const { outcome } = ended;
  if (update.state === 'delivered') increment(counts, 'delivered');
  else {
    if (update.state === 'failed') increment(counts, 'deliveriesFailed');
    const charged = outcome.kind === 'response' || (outcome.kind !== 'interrupted' && !ended.egressDown);
    if (charged) increment(counts, 'failedTries');
  }
  if (outcome.kind === 'response') {
    counts.tryDuration = addDuration(counts.tryDuration ?? {}, ended.endedAt.getTime() - ended.startedAt.getTime());
  }
}

function totalsOf(deltas: StatDeltas, projectId: string): StatCounts {
  return getOrSet(deltas, projectId, () => ({ totals: {} })).totals;
}

function getOrSet<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

type Sum = 'submitted' | 'completed' | 'failed' | 'delivered' | 'deliveriesFailed' | 'failedTries';

function increment(counts: StatCounts, name: Sum): void {
  counts[name] = (counts[name] ?? 0) + 1;
}
