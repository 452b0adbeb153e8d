/** The two kinds of work: attempts of jobs, and attempts of deliveries. */
export type WorkKind = 'job' | 'delivery';

/** Load of a slot: the bytes it keeps in memory, and the endpoint it sends to. */
export type Held = { bytes?: number; endpointId?: string | null };

/**
 * A taken slot. Disposing it frees the slot and its load, whatever the result of the work was, so declare it with
 * `using`. Disposing it twice does nothing.
 */
export type Slot = Disposable & {
  /**
   * Binds the slot to a claimed job or delivery. Returns the signal that aborts its request. Throws if the slot is
   * bound or freed already.
   */
  hold(id: string, held?: Held): AbortSignal;
  /**
   * Records that the request has ended, so there is nothing left to abort. The slot stays taken until the outcome is
   * settled.
   */
  requestEnded(): void;
};

/** The slots of one kind of work. */
export type SlotPool = {
  readonly free: number;
  readonly taken: number;
  /** Takes a free slot. Returns undefined if there is none, or after `close`. */
  take(): Slot | undefined;
  /** Takes a slot for work that is already claimed, even if the last free slot was taken after the claim began. */
  takeForClaimed(): Slot;
  /** Calls the listener each time a slot is freed. */
  onFree(listener: () => void): void;
};

/** The slots, jobs and deliveries of one worker. This is the only record of them. */
export type UnderWay = {
  /** Number of slots of each kind of work, without the reserve. */
  readonly slots: number;
  of(kind: WorkKind): SlotPool;
  /** Returns the ids of the jobs and deliveries that this worker holds: from the claim until the outcome is settled. */
  ids(): string[];
  /** Returns the ids of jobs and deliveries whose request is being sent. */
  sending(): string[];
  /** Aborts a request. `lost`: this worker no longer has the claim, so the outcome is dropped. */
  abort(id: string, reason: 'lost' | 'shutdown'): void;
  bytesOf(kind: WorkKind): number;
  /** Returns the number of deliveries to this endpoint that this worker holds. */
  countTo(endpointId: string): number;
  /** Calls the listener each time a delivery to an endpoint has ended. */
  onEnded(listener: (endpointId: string) => void): void;
  /** Stops giving slots. Work in progress goes on. */
  close(): void;
};

type Entry = { bytes: number; endpointId: string | null; controller: AbortController | null };

type Ledger = {
  entries: Map<string, Entry>;
  taken: { job: number; delivery: number };
  bytes: { job: number; delivery: number };
  perEndpoint: Map<string, number>;
  onFree: { job: (() => void)[]; delivery: (() => void)[] };
  onEnded: ((endpointId: string) => void)[];
  closed: boolean;
};

/** Makes the record of a worker's work, with `slots` slots for each kind of work, and `reserve` more for jobs. */
export function makeUnderWay(slots: number, reserve = 0): UnderWay {
  const record: Ledger = {
    entries: new Map(),
    taken: { job: 0, delivery: 0 },
    bytes: { job: 0, delivery: 0 },
    perEndpoint: new Map(),
    onFree: { job: [], delivery: [] },
    onEnded: [],
    closed: false,
  };
  const pools = {
    job: makePool(record, 'job', slots + reserve),
    delivery: makePool(record, 'delivery', slots),
  };
  return {
    slots,
    of: (kind) => pools[kind],
    ids: () => [...record.entries.keys()],
    sending: () => [...record.entries].flatMap(([id, { controller }]) => (controller ? [id] : [])),
    abort: (id, reason) => record.entries.get(id)?.controller?.abort(reason),
    bytesOf: (kind) => record.bytes[kind],
    countTo: (endpointId) => record.perEndpoint.get(endpointId) ?? 0,
    onEnded: (listener) => void record.onEnded.push(listener),
    close() {
      record.closed = true;
    },
  };
}

function makePool(record: Ledger, kind: WorkKind, slots: number): SlotPool {
  const free = () => (record.closed ? 0 : Math.max(0, slots - record.taken[kind]));
  return {
    get free() {
      return free();
    },
    get taken() {
      return record.taken[kind];
    },
    take: () => (free() > 0 ? makeSlot(record, kind) : undefined),
    takeForClaimed: () => makeSlot(record, kind),
    onFree: (listener) => void record.onFree[kind].push(listener),
  };
}

function makeSlot(record: Ledger, kind: WorkKind): Slot {
  let held: { id: string; entry: Entry } | null = null;
  let freed = false;
  record.taken[kind] += 1;
  return {
    hold(id, { bytes = 0, endpointId = null } = {}) {
      if (freed || held) throw new Error('a slot holds one job or delivery until it is freed');
      const controller = new AbortController();
      held = { id, entry: { bytes, endpointId, controller } };
      record.entries.set(id, held.entry);
      record.bytes[kind] += bytes;
      countEndpoint(record, endpointId, 1);
      return controller.signal;
    },
    requestEnded() {
      if (held) held.entry.controller = null;
    },
    [Symbol.dispose]() {
      if (freed) return;
      freed = true;
      record.taken[kind] -= 1;
      if (held) letGo(record, kind, held);
      for (const listener of record.onFree[kind]) listener();
    },
  };
}

function letGo(record: Ledger, kind: WorkKind, { id, entry }: { id: string; entry: Entry }): void {
  // The same job may have been claimed again meanwhile. That newer entry stays.
  if (record.entries.get(id) === entry) record.entries.delete(id);
  record.bytes[kind] -= entry.bytes;
  countEndpoint(record, entry.endpointId, -1);
  if (entry.endpointId !== null) for (const listener of record.onEnded) listener(entry.endpointId);
}

function countEndpoint({ perEndpoint }: Ledger, endpointId: string | null, change: 1 | -1): void {
  if (endpointId === null) return;
  const count = (perEndpoint.get(endpointId) ?? 0) + change;
  if (count > 0) perEndpoint.set(endpointId, count);
  else perEndpoint.delete(endpointId);
}
