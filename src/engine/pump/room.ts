import type { UnderWay } from './under-way.ts';

/** Shares a worker's slots among endpoints: one that answers slowly must leave slots to the others. */
export type Room = {
  /** How many more deliveries to this endpoint may start. */
  left(endpointId: string): number;
  /**
   * How many deliveries to pull from this endpoint's line: its free slots, plus as many as ended since the last call, a guess
   * at how many slots come free before the next one.
   */
  toPull(endpointId: string): number;
  /** True when a delivery was turned away for lack of a slot, and less than half of the endpoint's share is free since. */
  isTight(endpointId: string): boolean;
  /** A delivery was put into this endpoint's line for lack of a slot: the next that ends makes room for it. */
  turnAway(endpointId: string): void;
  /** Nothing waits in the endpoint's line any more. */
  forget(endpointId: string): void;
};

/** The share of a worker's slots that one endpoint may take. */
const share = 0.5;

/** `onFree` is called when a delivery has ended to an endpoint for which others wait. */
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
