import type { TroubledReceiver } from '#src/contract/stats/stats.ts';
import { connectionErrorCodes } from '#src/domain/decide/outcome.ts';
import { readLimits } from '#src/domain/limits.ts';
import { formatId } from '#src/domain/text/id.ts';
import { cappedCount } from '#src/engine/show/capped-count.ts';
import { iso } from '#src/engine/show/to-job.ts';
import type { EndpointBacklogRow } from '#src/store/stats/backlog.ts';
import type { TroubledEndpointRow } from '#src/store/stats/troubled-endpoints.ts';
import type { WaitingOriginRow } from '#src/store/stats/waiting-origins.ts';

/** Puts endpoints and origins of callbacks into one list, first the receiver for which the most waits. */
export function troubledReceivers(
  endpoints: readonly TroubledEndpointRow[],
  backlogs: ReadonlyMap<string, EndpointBacklogRow>,
  origins: readonly WaitingOriginRow[],
): TroubledReceiver[] {
  const all = [...endpoints.map((row) => ofEndpoint(row, backlogs.get(row.id))), ...origins.map(ofOrigin)];
  // Receivers with equal counts keep their order.
  return all.sort((a, b) => b.waiting.count - a.waiting.count);
}

function ofEndpoint(row: TroubledEndpointRow, backlog: EndpointBacklogRow | undefined): TroubledReceiver {
  const nextTryAt = row.paused_until ?? backlog?.next_try_at ?? null;
  const enabled = row.failing_since === null ? 'late' : row.paused_until === null ? 'failing' : 'paused';
  return {
    endpointId: formatId('end', row.id),
    name: row.name,
    state: row.state === 'disabled' ? 'disabled' : enabled,
    lastAnswer: row.last_failure_answer,
    waiting: cappedCount(backlog?.waiting ?? 0),
    oldestWaitingAt: iso(backlog?.oldest_at ?? null),
    skipped: cappedCount(backlog?.skipped ?? 0),
    nextTryAt: row.state === 'disabled' || !backlog?.waiting ? null : iso(nextTryAt),
  };
}

function ofOrigin(row: WaitingOriginRow): TroubledReceiver {
  return {
    endpointId: null,
    name: row.origin,
    state: row.answer === null ? 'late' : 'failing',
    lastAnswer: answerWord(row.answer),
    waiting: { count: Math.min(row.waiting, readLimits.countedRows), capped: row.capped },
    oldestWaitingAt: iso(row.oldest_at),
    skipped: cappedCount(0),
    nextTryAt: iso(row.next_try_at),
  };
}

/** Returns an answer as endpoints keep their last one: a status, or the kind of outcome. */
function answerWord(answer: string | null): string | null {
  return (connectionErrorCodes as readonly (string | null)[]).includes(answer) ? 'connection_error' : answer;
}
