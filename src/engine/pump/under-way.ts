/** The two kinds of work: attempts of jobs, and attempts of deliveries. */
export type WorkKind = 'job' | 'delivery';

/** What a slot holds: how many bytes stay in memory with it, and to which endpoint it sends. */
export type Held = { bytes?: number; endpointId?: string | null };

/**
 * A slot that is taken. Disposing it frees it and lets go of what it holds, whatever became of the work: declare it by
 * `using`. Disposing it twice does nothing.
 */
export type Slot = Disposable & {
  /** Binds the slot to a claimed job or delivery. Returns the signal that ends its request. */
  hold(id: string, held?: Held): AbortSignal;
  /** The request has ended: there is nothing left to abort. The slot stays taken until its outcome is settled. */
  requestEnded(): void;
};

/** The slots of one kind of work. */
export type SlotPool = {
  readonly free: number;
  readonly taken: number;
  /** Takes a free slot. Undefined when there is none, or none is given any more. */
  take(): Slot | undefined;
  /** Takes a slot for work that is claimed already: also when others took the last free one since the claim began. */
  takeForClaimed(): Slot;
  /** Calls back whenever a slot comes free. */
  onFree(listener: () => void): void;
};

/** Everything that one worker has under way. This is the only record of it. */
export type UnderWay = {
  /** How many slots each kind of work has. */
  readonly slots: number;
  of(kind: WorkKind): SlotPool;
  /** Ids of the jobs and deliveries that this worker holds: from the claim until the outcome is settled. */
  ids(): string[];
  /** Ids of those whose request is being sent. */
  sending(): string[];
  /** `lost`: the claim is not ours any more, and what the request still brings is dropped. */
  abort(id: string, reason: 'lost' | 'shutdown'): void;
  bytesOf(kind: WorkKind): number;
  /** How many deliveries to this endpoint are under way. */
  countTo(endpointId: string): number;
  /** Calls back whenever a delivery to an endpoint has ended. */
  onEnded(listener: (endpointId: string) => void): void;
  /** Gives no more slots. What is under way goes on. */
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

/** Makes the record of what a worker has under way, with so many slots for each kind of work. */
export function makeUnderWay(slots: number): UnderWay {
  const record: Ledger = {
    entries: new Map(),
    taken: { job: 0, delivery: 0 },
    bytes: { job: 0, delivery: 0 },
    perEndpoint: new Map(),
    onFree: { job: [], delivery: [] },
    onEnded: [],
    closed: false,
  };
  const pools = { job: makePool(record, 'job', slots), delivery: makePool(record, 'delivery', slots) };
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
      if (freed || held) throw new Error('a slot holds one job or delivery, until it is freed');
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
  // The same job may have been claimed once more meanwhile: that entry stays.
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
