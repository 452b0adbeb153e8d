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
};

/** All that was asked for and what was answered, kept by the test and not by Ringback. */
export type Ledger = {
  entries: Map<string, Entry>;
  /** Start of every secret that is planted. It must not be found anywhere. */
  marker: string;
  /** What was wrong as soon as it was seen, such as a refused call that should not have been refused. */
  wrong: string[];
  /** Calls that got no answer, or 503. */
  unanswered: number;
};

export function makeLedger(seed: number): Ledger {
  return { entries: new Map(), marker: `planted-${seed}-secret`, wrong: [], unanswered: 0 };
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
    ...about,
  };
  ledger.entries.set(tag, entry);
  return entry;
}
