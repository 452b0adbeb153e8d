import type { SentWaiting } from '#src/contract/endpoint/endpoint.ts';
import { progressEvents } from '#src/contract/event/event-names.ts';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { formatId } from '#src/domain/text/id.ts';
import type { Queues, Reads, Wakes } from '#src/engine/deps.ts';
import { endpointUuid, noSuch } from '#src/engine/show/known-id.ts';
import { lockWaiting, showLine, type WaitingPlace } from '#src/store/delivery/waiting-rows.ts';
import { endPause, lockEndpoint } from '#src/store/endpoint/endpoint-rows.ts';
import { giveTimes, placesInLine } from './gate.ts';

/** Rows of a transaction, so that nothing is locked for long. */
const batch = 1_000;

/**
 * Puts everything that waits for an endpoint into its line now, whatever time each delivery was to wait, and ends the
 * endpoint's pause. They go as fast as its rate, its concurrency and a recovery allow; the first one is a probe if it was
 * paused. Returns their number. Throws `not_found` or `endpoint_disabled`.
 */
export async function sendWaiting(deps: Reads & Queues & Wakes, projectId: string, id: string): Promise<SentWaiting> {
  const uuid = endpointUuid(id);
  let deliveries = 0;
  let after: WaitingPlace | null = null;
  for (let more = true; more; ) {
    const last: WaitingPlace | null = after;
    const rows = await deps.db.transaction(async (tx) => {
      const found = await lockEndpoint(tx, projectId, uuid);
      if (!found) throw noSuch('end', id);
      if (found.state === 'disabled')
        throw new Refusal('endpoint_disabled', `${found.name} is disabled; enable it first`, 'id');
      if (last === null) await endPause(tx, uuid);
      const waiting = await lockWaiting(tx, { projectId, endpointId: uuid, after: last, limit: batch }, progressEvents);
      const [first] = waiting;
      if (first) await giveTimes(tx, deps.queue, placesInLine({ id: uuid, now_ms: first.now_ms }, waiting));
      if (first) await showLine(tx, uuid);
      return waiting;
    });
    deliveries += rows.length;
    after = rows.at(-1) ?? null;
    more = rows.length === batch;
  }
  deps.notify('due');
  return { id: formatId('end', uuid), deliveries };
}
