/** What this worker has claimed, by the id of the job or delivery, and which of their requests are under way. */
export type InFlight = {
  /** From the claim until the outcome is settled. */
  hold(id: string): void;
  letGo(id: string): void;
  held(): string[];

  begin(id: string): AbortSignal;
  end(id: string): void;
  /** `lost`: the claim is somebody else's, or nobody's; what the request still brings is dropped. */
  abort(id: string, reason: 'lost' | 'shutdown'): void;
  /** Ids of the requests under way. */
  ids(): string[];
};

export function makeInFlight(): InFlight {
  const controllers = new Map<string, AbortController>();
  const held = new Set<string>();
  return {
    hold: (id) => void held.add(id),
    letGo: (id) => void held.delete(id),
    held: () => [...held],
    begin(id) {
      const controller = new AbortController();
      controllers.set(id, controller);
      return controller.signal;
    },
    end: (id) => void controllers.delete(id),
    abort: (id, reason) => controllers.get(id)?.abort(reason),
    ids: () => [...controllers.keys()],
  };
}
