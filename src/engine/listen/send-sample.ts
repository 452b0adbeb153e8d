import type { Triggered, TriggerInput } from '#src/contract/endpoint/listener.ts';
import { sampleEvent } from '#src/contract/event/event-samples.ts';
import { eventTypes } from '#src/contract/event/event-schemas.ts';
import type { EventType } from '#src/contract/event/events.ts';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { formatId } from '#src/domain/text/id.ts';
import type { Clock, Queues, Reads, Wakes } from '#src/engine/deps.ts';
import { directDelivery } from '#src/engine/event/direct-delivery.ts';
import { tellDeliveries } from '#src/engine/event/tell-deliveries.ts';
import { newId } from '#src/engine/new-id.ts';
import type { Tx } from '#src/store/db/database.ts';
import { findReceivers, type ReceiverRow } from '#src/store/delivery/receiver-rows.ts';
import { findListenerIds } from '#src/store/listener/listeners.ts';

/**
 * Sends a sample event. The receiver cannot tell a sample from a real event. A sample therefore goes to listeners, and
 * to a registered endpoint only when the caller names it. Refuses an unknown type, and a sample that no endpoint would
 * get.
 */
export async function sendSample(
  deps: Reads & Queues & Wakes & Clock,
  projectId: string,
  input: TriggerInput,
): Promise<Triggered> {
  const type = eventType(input.type);
  const createdAt = new Date(deps.now());
  const eventId = newId(deps.now());
  const event = { type, body: Buffer.from(JSON.stringify(sampleEvent(type, createdAt.toISOString()))) };
  const sent = await deps.db.transaction(async (tx) => {
    const targets = await sampleTargets(tx, projectId, type, input);
    const all = targets.map((target) => ({ target, delivery: directDelivery(target, event, { eventId, createdAt }) }));
    await tellDeliveries(
      tx,
      deps,
      all.map(({ delivery }) => delivery),
    );
    return all;
  });
  deps.notify('due');
  return {
    eventId: formatId('evt', eventId),
    deliveries: sent.map(({ target, delivery }) => ({
      id: formatId('dlv', delivery.id),
      endpoint: target.name,
      state: delivery.skipped ? 'skipped' : 'pending',
    })),
  };
}

function eventType(name: string): EventType {
  const type = eventTypes.find((one) => one === name);
  if (type) return type;
  throw new Refusal('invalid_input', `there is no event "${name}"; there are ${eventTypes.join(', ')}`, 'type');
}

/**
 * Reads the endpoints that a sample goes to. The cache is not used, because another process may just have registered
 * the named endpoint.
 */
async function sampleTargets(
  tx: Tx,
  projectId: string,
  type: EventType,
  { endpoint }: TriggerInput,
): Promise<ReceiverRow[]> {
  const all = await findReceivers(tx, projectId);
  if (endpoint !== undefined) {
    const named = all.filter(({ name }) => name === endpoint);
    if (named.some(({ format }) => format === 'openai')) {
      const message = `the endpoint "${endpoint}" has the format openai; \`endpoints.test\` sends it an event of that shape`;
      throw new Refusal('invalid_input', message, 'endpoint');
    }
    if (named.length > 0) return named;
    throw new Refusal('not_found', `there is no endpoint "${endpoint}"`, 'endpoint');
  }
  const listeners = new Set((await findListenerIds(tx, projectId)).map(({ id }) => id));
  // A listener whose endpoint was deleted may remain for a moment, but it gets no events any more.
  const listening = all.filter(({ id }) => listeners.has(id));
  const hearing = listening.filter(({ events }) => type === 'endpoint.test' || events.includes(type));
  if (hearing.length > 0) return hearing;
  const why = listening.length > 0 ? `nobody who listens asked for ${type}` : 'nobody listens';
  throw new Refusal('not_found', `${why}: start \`ringback listen\`, or say which endpoint or URL is to get it`);
}
