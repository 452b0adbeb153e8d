import { progressEvents } from '#src/contract/event/event-names.ts';
import type { DeliveryLine, JobView } from '#src/contract/job/job-view.ts';
import { deliveryStates } from '#src/domain/decide/job-state.ts';
import { stateLook } from './state-look.ts';
import { waitsLong } from './waits.ts';

/** The deliveries of a job to one receiver: its own callback URL, an endpoint, a listener, or an endpoint that is gone. */
export type ReceiverGroup = {
  key: string;
  kind: 'url' | 'endpoint' | 'listener' | 'gone';
  /** Name of the endpoint, or else the URL. No other group of the job has the same. */
  name: string;
  url: string;
  endpointId: string | null;
  deliveries: DeliveryLine[];
};

/** Groups the deliveries of a job by their receiver, in the order in which the receivers were first told something. */
export function receiverGroups({ job, deliveries }: Pick<JobView, 'job' | 'deliveries'>): ReceiverGroup[] {
  const groups = Map.groupBy(deliveries, ({ endpoint, url }) => endpoint?.id ?? url);
  return [...groups].map(([key, of]) => {
    const { endpoint, url } = of[0] as DeliveryLine;
    const kind = endpoint ? (endpoint.listener ? 'listener' : 'endpoint') : job.callback?.url ? 'url' : 'gone';
    return { key, kind, name: endpoint?.name ?? url, url, endpointId: endpoint?.id ?? null, deliveries: of };
  });
}

/** Returns how many deliveries are in each state: `24 delivered, 2 retrying`. */
export function stateCounts(deliveries: readonly DeliveryLine[]): string {
  const byState = Map.groupBy(deliveries, ({ state }) => state);
  return deliveryStates
    .filter((state) => byState.has(state))
    .map((state) => `${byState.get(state)?.length.toLocaleString('en-US')} ${stateLook(state).word.toLowerCase()}`)
    .join(', ');
}

/**
 * Returns true for a delivery that was not delivered and says why: it failed, waits, or needs somebody. One that is on
 * its way for the first time is left alone.
 */
export function needsLook(delivery: DeliveryLine, nowMs: number): boolean {
  const { state, tries } = delivery;
  if (state === 'delivered') return false;
  return state === 'pending' || state === 'in_progress' ? tries.length > 0 || waitsLong(delivery, nowMs) : true;
}

/** A group with more deliveries than this is folded. */
const mostLines = 8;
/** Number of deliveries with a reason that a folded group shows. */
const mostReasons = 5;

export type FoldedGroup = { shown: DeliveryLine[]; hidden: DeliveryLine[] };

/**
 * Folds a long group. What tells of the job's end stays, and what is selected, and the first of those that say why they
 * were not delivered.
 */
export function foldGroup(deliveries: DeliveryLine[], nowMs: number, selected: string | null): FoldedGroup {
  if (deliveries.length <= mostLines) return { shown: deliveries, hidden: [] };
  const reasons = new Set(deliveries.filter((one) => needsLook(one, nowMs)).slice(0, mostReasons));
  const stays = (one: DeliveryLine) =>
    reasons.has(one) || one.id === selected || !progressEvents.some((name) => name === one.type);
  const { shown = [], hidden = [] } = Object.groupBy(deliveries, (one) => (stays(one) ? 'shown' : 'hidden'));
  return hidden.length > 1 ? { shown, hidden } : { shown: deliveries, hidden: [] };
}
