/** The requests under way in this worker, by the id of their job or delivery. */
export type InFlight = {
  begin(id: string): AbortSignal;
  end(id: string): void;
  /** `lost`: the claim is somebody else's, or nobody's; what the request still brings is dropped. */
  abort(id: string, reason: 'lost' | 'shutdown'): void;
  ids(): string[];
};

export function makeInFlight(): InFlight {
  const controllers = new Map<string, AbortController>();
  return {
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
