import { afterCoolStarts, type CoolDown, mayStartCool, paced, raised } from '#src/domain/flow/cool-down.ts';
import { afterStarts, nextByRate } from '#src/domain/flow/flow-clock.ts';
import type { Tx } from '#src/store/db/database.ts';
import { type CoolRow, type CoolUpdate, lockFreeCoolDowns } from '#src/store/line/cool-down-rows.ts';

/** A cool-down that another transaction has locked is looked at again after this time. */
const lockedLookMs = 50;

/** The cool-downs of one transaction: how much each lets start, for the jobs of its own line and for those of flows. */
export type CoolGate = {
  /** Returns how many jobs of a cool-down's own line may start, at most `most`, and counts them as planned. */
  plan(id: string, most: number): number;
  /** Locks more cool-downs, without waiting for any. */
  add(tx: Tx, ids: Iterable<string>): Promise<void>;
  /** Returns true if one more job may start now, and counts it as planned. */
  take(id: string): boolean;
  /** Returns when the next job of a cool-down may start, in epoch milliseconds; the present if it may now. */
  nextAt(id: string, nowMs: number): number;
  /** Returns the end of the pause; null if it is over or not known. */
  untilMs(id: string): number | null;
  /** Returns what to write after jobs have started. `started` counts them by cool-down. */
  updates(started: ReadonlyMap<string, number>): CoolUpdate[];
};

type Entry = { coolDown: CoolDown; nextStartAtMs: number | null; nowMs: number; planned: number };

/** Makes the gate with the cool-downs that are locked already. One that is over lets everything start. */
export function makeCoolGate(rows: readonly CoolRow[]): CoolGate {
  const entries = new Map<string, Entry | null>();
  const enter = ({ id, cool_down, next_start_at_ms: nextStartAtMs, now_ms: nowMs }: CoolRow) => {
    const isOver = cool_down === null || cool_down.endsAtMs <= nowMs;
    entries.set(id, isOver ? null : { coolDown: raised(cool_down, nowMs), nextStartAtMs, nowMs, planned: 0 });
  };
  for (const row of rows) enter(row);
  const left = ({ coolDown, nextStartAtMs, nowMs, planned }: Entry, most: number) =>
    mayStartCool(coolDown, nextStartAtMs, nowMs, planned + most) - planned;
  const plan = (id: string, most: number) => {
    const entry = entries.get(id);
    if (entry === null) return most;
    if (entry === undefined) return 0;
    const count = Math.max(0, left(entry, most));
    entry.planned += count;
    return count;
  };
  const after = ({ coolDown, nextStartAtMs, nowMs }: Entry, count: number) =>
    afterStarts(paced(coolDown, nextStartAtMs), nowMs, count);
  return {
    plan,
    async add(tx, ids) {
      const missing = [...new Set(ids)].filter((id) => !entries.has(id));
      if (missing.length > 0) for (const row of await lockFreeCoolDowns(tx, missing)) enter(row);
    },
    take: (id) => plan(id, 1) === 1,
    nextAt(id, nowMs) {
      const entry = entries.get(id);
      if (entry === null) return nowMs;
      if (entry === undefined) return nowMs + lockedLookMs;
      if (entry.coolDown.untilMs > nowMs) return entry.coolDown.untilMs;
      return nextByRate({ ...paced(entry.coolDown, null), nextStartAtMs: after(entry, entry.planned) }, nowMs);
    },
    untilMs(id) {
      const entry = entries.get(id);
      return entry && entry.coolDown.untilMs > entry.nowMs ? entry.coolDown.untilMs : null;
    },
    updates: (started) =>
      [...entries].flatMap(([id, entry]) => {
        if (!entry) return [];
        const count = started.get(id) ?? 0;
        const coolDown = afterCoolStarts(entry.coolDown, count, entry.nowMs);
        return [{ id, coolDown, nextStartAtMs: after(entry, count) }];
      }),
  };
}
