/** What the load knows of one job that it has asked for. */
export type Entry = {
  /** The last part of the job's URL. No other job has it. */
  tag: string;
  method: 'GET' | 'POST';
  /** Ids that Ringback answered. Empty: the call got no answer, so the job may exist or not. */
  ids: Set<string>;
  /** Whether a callback has to come for the job. */
  callback: boolean;
  /** True if Ringback answered that the job was cancelled before its first attempt. */
  cancelledUnstarted: boolean;
  /** True if the job carries a planted secret. */
  secret: boolean;
  /** True if the job's policy bears all that the target answers, so that only the loss of its workers may fail it. */
  patient: boolean;
};

/** An event as the reader of a stream got it. */
export type ReadEvent = { seq: number; name: string; data: string };

/** What a reader got of a job's stream, over all of its connections. */
export type Reading = {
  tag: string;
  jobId: string;
  events: ReadEvent[];
  connections: number;
  /** True once the reader was told that the stream has ended. */
  ended: boolean;
};

/** What the load knows of something that it has asked for under an idempotency key: a run, or a model response. */
export type Asking = { tag: string; ids: Set<string> };

/** A bulk operation that was accepted. */
export type BulkNote = { id: string; kind: 'cancel_jobs' | 'resend_deliveries'; picked: number };

/** Times between which a pause lasted for certain, in milliseconds of `Date.now`. */
export type PauseNote = { from: number; until: number };

/** All that was asked for and what was answered, kept by the test and not by Ringback. */
export type Ledger = {
  entries: Map<string, Entry>;
  /** Start of every secret that is planted. It must not be found anywhere. */
  marker: string;
  /** What was wrong as soon as it was seen, such as a refused call that should not have been refused. */
  wrong: string[];
  /** Calls that got no answer, or 503. */
  unanswered: number;
  readings: Reading[];
  /** Readers that are under way. */
  reading: Set<Promise<void>>;
  runs: Map<string, Asking>;
  /** Values that the work of each run's step has made, and those that its entries were given. */
  works: Map<string, { made: string[]; given: Set<string> }>;
  responses: Map<string, Asking>;
  bulk: BulkNote[];
  pauses: PauseNote[];
};

export function makeLedger(seed: number): Ledger {
  return {
    entries: new Map(),
    marker: `planted-${seed}-secret`,
    wrong: [],
    unanswered: 0,
    readings: [],
    reading: new Set(),
    runs: new Map(),
    works: new Map(),
    responses: new Map(),
    bulk: [],
    pauses: [],
  };
}

/** Notes a run or a model response before it is asked for. */
export function addAsking(askings: Map<string, Asking>, tag: string): Asking {
  const asking = askings.get(tag) ?? { tag, ids: new Set<string>() };
  askings.set(tag, asking);
  return asking;
}

/** Notes a job before it is asked for, so that it is known even if no answer comes. */
export function addEntry(ledger: Ledger, tag: string, about: Partial<Entry> = {}): Entry {
  const entry: Entry = {
    tag,
    method: 'GET',
    ids: new Set(),
    callback: false,
    cancelledUnstarted: false,
    secret: false,
    patient: false,
    ...about,
  };
  ledger.entries.set(tag, entry);
  return entry;
}
