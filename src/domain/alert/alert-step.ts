/** What is known of an alert between two looks. Times are in epoch milliseconds. */
export type AlertMemory = {
  /** First look that found it. */
  sinceMs: number;
  /** When the event `alert.raised` was made; null: it has not lasted long enough. */
  raisedMs: number | null;
  /** When people were told; null: not yet. */
  toldMs: number | null;
  /** Since when it is gone; null: it is there. */
  goneMs: number | null;
  /** When the event `alert.cleared` was made, while people still have to be told. */
  clearedMs: number | null;
};

/** What one look found, and by which settings it is judged. */
export type AlertLook = {
  nowMs: number;
  isThere: boolean;
  /** Time that the alert must last before anybody is told. */
  afterMs: number;
  /** Time that it must be gone before it counts as over, so that one that flickers is not told again and again. */
  overAfterMs: number;
  /** True in quiet hours: people are told when they are over. */
  quiet: boolean;
};

/** What follows: the memory for the next look (null: none), the event for endpoints, and what people are told. */
export type AlertStep = {
  memory: AlertMemory | null;
  event: 'raised' | 'cleared' | null;
  told: 'raised' | 'cleared' | null;
};

const nothing = { event: null, told: null } as const;

/**
 * Decides what follows from a look at an alert. Events are made at once; people are told outside of quiet hours, and
 * only of the end of what they were told of.
 */
export function stepAlert(memory: AlertMemory | null, look: AlertLook): AlertStep {
  if (!look.isThere) return memory === null ? { memory: null, ...nothing } : stepGone(memory, look);
  const { nowMs, afterMs, quiet } = look;
  const known = memory ?? { sinceMs: nowMs, raisedMs: null, toldMs: null, goneMs: null, clearedMs: null };
  // One whose end was made known as an event begins anew as an event. People were not told of the end, so it goes on.
  const raisedMs = known.clearedMs === null ? known.raisedMs : null;
  const present = { ...known, raisedMs, goneMs: null, clearedMs: null };
  const raises = raisedMs === null && nowMs - present.sinceMs >= afterMs;
  const raised = raises ? { ...present, raisedMs: nowMs } : present;
  const tells = raised.raisedMs !== null && raised.toldMs === null && !quiet;
  return {
    memory: tells ? { ...raised, toldMs: nowMs } : raised,
    event: raises ? 'raised' : null,
    told: tells ? 'raised' : null,
  };
}

function stepGone(memory: AlertMemory, { nowMs, overAfterMs, quiet }: AlertLook): AlertStep {
  if (memory.raisedMs === null) return { memory: null, ...nothing };
  const gone = { ...memory, goneMs: memory.goneMs ?? nowMs };
  if (nowMs - gone.goneMs < overAfterMs) return { memory: gone, ...nothing };
  const event = memory.clearedMs === null ? 'cleared' : null;
  if (memory.toldMs === null) return { memory: null, event, told: null };
  if (quiet) return { memory: { ...gone, clearedMs: memory.clearedMs ?? nowMs }, event, told: null };
  return { memory: null, event, told: 'cleared' };
}
