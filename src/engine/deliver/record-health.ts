import type { Outcome } from '#src/domain/decide/outcome.ts';
import { type EndpointProblem, type Health, healthAfter } from '#src/domain/endpoint/endpoint-health.ts';
import type { Clock, Logs, Queues, Routes } from '#src/engine/deps.ts';
import { raiseEndpointDisabled } from '#src/engine/event/operator-event.ts';
import type { Tx } from '#src/store/db/database.ts';
import { type HealthRow, type HealthUpdate, lockHealth, updateHealth } from '#src/store/delivery/health-rows.ts';

type JudgedAttempt = {
  ended: {
    delivery: { endpoint_id: string | null; claimed_at: Date | null };
    outcome: Outcome;
    alone?: boolean;
    startedAt: Date;
    endedAt: Date;
  };
  attempt: { failure: { code: string; message: string } | null };
};

/** How far the time of an endpoint's last success may be behind. It is only shown. */
const successMayLagMs = 10_000;

/**
 * Updates the health of endpoints after a batch of attempts, with one update for each endpoint at most. It disables
 * endpoints that are gone or have failed for too long.
 */
export async function recordHealth(
  tx: Tx,
  attempts: JudgedAttempt[],
  deps: Queues & Routes & Clock & Logs,
): Promise<void> {
  const byEndpoint = new Map<string, JudgedAttempt[]>();
  for (const one of attempts) {
    const id = one.ended.delivery.endpoint_id;
    if (id !== null) byEndpoint.set(id, [...(byEndpoint.get(id) ?? []), one]);
  }
  if (byEndpoint.size === 0) return;
  for (const row of await lockHealth(tx, [...byEndpoint.keys()]))
    await recordOne(
      tx,
      row,
      (byEndpoint.get(row.id) ?? []).filter((one) => isAbout(row, one)),
      deps,
    );
}

/**
 * Returns true if the attempt counts for the endpoint. An attempt claimed before the endpoint was enabled or got its
 * URL does not, nor does any attempt to a deleted endpoint.
 */
function isAbout({ deleted, healthy_from: from }: HealthRow, { ended: { delivery } }: JudgedAttempt): boolean {
  return !deleted && (from === null || delivery.claimed_at === null || delivery.claimed_at >= from);
}

async function recordOne(
  tx: Tx,
  row: HealthRow,
  attempts: JudgedAttempt[],
  deps: Queues & Routes & Clock & Logs,
): Promise<void> {
  if (attempts.length === 0) return;
  let health: Health = {
    failingSinceMs: row.failing_since?.getTime() ?? null,
    pausedUntilMs: row.paused_until?.getTime() ?? null,
    recoveredAtMs: row.recovered_at?.getTime() ?? null,
    lastFailureMs: row.last_failure_at?.getTime() ?? null,
    askedUntilMs: row.asked_until?.getTime() ?? null,
  };
  let succeededAt: Date | null = null;
  let failedAt: Date | null = null;
  let failure: string | null = null;
  let disable: 'gone' | 'failing' | null = null;
  let problem: EndpointProblem | null | undefined;
  for (const { ended, attempt } of attempts) {
    const before = health.failingSinceMs;
    const change = healthAfter(health, ended.outcome, ended.endedAt.getTime(), ended.startedAt.getTime());
    if (change.succeeded) succeededAt = ended.endedAt;
    else if (change.failingSinceMs !== null && (before === null || ended.outcome.kind !== 'interrupted')) {
      failedAt = ended.endedAt;
      failure = ended.outcome.kind === 'response' ? String(ended.outcome.status) : ended.outcome.kind;
    }
    if (saysWhetherSent(ended.outcome)) {
      problem =
        wasSent(ended.outcome) || !attempt.failure ? null : { ...attempt.failure, at: ended.endedAt.toISOString() };
    }
    // An endpoint is not disabled for failing while no other host answers us either, because our own network may be
    // down.
    disable ??= change.disable === 'failing' && ended.alone ? null : change.disable;
    health = change;
  }
  const disabled = row.state === 'enabled' ? disable : null;
  const update: HealthUpdate = {
    failingSince: dateOf(health.failingSinceMs),
    pausedUntil: dateOf(health.pausedUntilMs),
    askedUntil: dateOf(health.askedUntilMs),
    recoveredAt: dateOf(health.recoveredAtMs),
    succeededAt,
    failedAt,
    failure,
    disable: disabled,
    problem,
  };
  if (saysNew(row, update)) await updateHealth(tx, row.id, update);
  if (disabled !== null) await raiseEndpointDisabled(tx, row, disabled, dateOf(health.failingSinceMs), deps);
}

/**
 * Returns false if an update would only move the time of the last success a little. A busy endpoint would be written with
 * each batch, and while somebody holds a snapshot all these versions of its row stay.
 */
function saysNew(row: HealthRow, { succeededAt, ...update }: HealthUpdate): boolean {
  const changed =
    isOther(row.failing_since, update.failingSince) ||
    isOther(row.paused_until, update.pausedUntil) ||
    isOther(row.asked_until, update.askedUntil) ||
    isOther(row.recovered_at, update.recoveredAt);
  if (changed || update.failedAt !== null || update.disable !== null) return true;
  if (update.problem === null ? row.has_problem : update.problem !== undefined) return true;
  const lag = succeededAt === null ? 0 : succeededAt.getTime() - (row.last_success_at?.getTime() ?? 0);
  return Math.abs(lag) >= successMayLagMs;
}

function isOther(before: Date | null, after: Date | null): boolean {
  return before?.getTime() !== after?.getTime();
}

/**
 * Returns true if the outcome shows whether requests can be sent to the endpoint. An interrupted attempt, a deleted
 * payload or a missing encryption key is our fault and shows nothing about the endpoint. A missing signing secret is
 * the endpoint's problem.
 */
function saysWhetherSent(outcome: Outcome): boolean {
  return (
    outcome.kind !== 'interrupted' &&
    !(outcome.kind === 'invalid_request' && (outcome.lacks === 'payload' || outcome.lacks === 'key'))
  );
}

function wasSent({ kind }: Outcome): boolean {
  return kind !== 'blocked' && kind !== 'invalid_request';
}

function dateOf(ms: number | null): Date | null {
  return ms === null ? null : new Date(ms);
}
