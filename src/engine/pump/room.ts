import type { UnderWay } from './under-way.ts';

/** Shares a worker's slots among endpoints, so that a slow endpoint leaves slots to the others. */
export type Room = {
  /** Returns the number of further deliveries to this endpoint that may start. */
  left(endpointId: string): number;
  /**
   * Returns the number of deliveries to pull from this endpoint's line: its free slots, plus the number of deliveries
   * that ended since the last call. That number is a guess at how many slots come free before the next call.
   */
  toPull(endpointId: string): number;
  /**
   * Returns true if a delivery has waited in the line for lack of a slot since the line was last empty, and less than half
   * of the endpoint's share is free now.
   */
  isTight(endpointId: string): boolean;
  /**
   * Records that a delivery waits in this endpoint's line for lack of a slot. From then on `onFree` is called when a
   * delivery to the endpoint ends.
   */
  turnAway(endpointId: string): void;
  /** Records that no delivery waits in the endpoint's line any more. */
  forget(endpointId: string): void;
};

/** The share of a worker's slots that one endpoint may take. */
const share = 0.5;

/**
 * Makes the shares of a worker. `onFree` is called when a delivery to an endpoint has ended and others wait for a slot.
 */
export function makeRoom(
  underWay: Pick<UnderWay, 'slots' | 'countTo' | 'onEnded'>,
  onFree: (endpointId: string) => void,
): Room {
  const ended = new Map<string, number>();
  const crowded = new Set<string>();
  const most = Math.max(1, Math.floor(underWay.slots * share));
  const left = (endpointId: string) => Math.max(0, most - underWay.countTo(endpointId));
  underWay.onEnded((endpointId) => {
    ended.set(endpointId, (ended.get(endpointId) ?? 0) + 1);
    if (crowded.has(endpointId)) onFree(endpointId);
  });
  return {
    left,
    toPull(endpointId) {
      const count = ended.get(endpointId) ?? 0;
      ended.delete(endpointId);
      return left(endpointId) + count;
    },
    isTight: (endpointId) => crowded.has(endpointId) && left(endpointId) < most / 2,
    turnAway: (endpointId) => void crowded.add(endpointId),
    forget: (endpointId) => void crowded.delete(endpointId),
  };
}
