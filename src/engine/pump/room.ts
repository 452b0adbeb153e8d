/** How many deliveries to each endpoint this worker has under way: one that answers slowly must leave the others slots. */
export type Room = {
  /** How many more to this endpoint it takes on. */
  left(endpointId: string): number;
  /** For how many more to fetch: what is left, and about as many as leave until this is asked again. */
  forFetching(endpointId: string): number;
  /** True when it has been sent away from lately and is still rather full. */
  isTight(endpointId: string): boolean;
  enter(endpointId: string | null): void;
  leave(endpointId: string | null): void;
  /** Somebody was sent to this endpoint's line for want of room: whoever leaves makes some. */
  turnAway(endpointId: string): void;
  /** Nobody waits in the line any more. */
  forget(endpointId: string): void;
};

/** Of a worker's slots, what one endpoint may have at most. */
const share = 0.5;

/** `onFree` is called when one has left to whose endpoint others wait. */
export function makeRoom(slots: number, onFree: (endpointId: string) => void): Room {
  const underWay = new Map<string, number>();
  const leavers = new Map<string, number>();
  const crowded = new Set<string>();
  const most = Math.max(1, Math.floor(slots * share));
  const left = (endpointId: string) => Math.max(0, most - (underWay.get(endpointId) ?? 0));
  return {
    left,
    forFetching(endpointId) {
      const count = leavers.get(endpointId) ?? 0;
      leavers.delete(endpointId);
      return left(endpointId) + count;
    },
    isTight: (endpointId) => crowded.has(endpointId) && left(endpointId) < most / 2,
    enter(endpointId) {
      if (endpointId !== null) underWay.set(endpointId, (underWay.get(endpointId) ?? 0) + 1);
    },
    leave(endpointId) {
      if (endpointId === null) return;
      const others = (underWay.get(endpointId) ?? 1) - 1;
      if (others > 0) underWay.set(endpointId, others);
      else underWay.delete(endpointId);
      leavers.set(endpointId, (leavers.get(endpointId) ?? 0) + 1);
      if (crowded.has(endpointId)) onFree(endpointId);
    },
    turnAway: (endpointId) => void crowded.add(endpointId),
    forget: (endpointId) => void crowded.delete(endpointId),
  };
}
