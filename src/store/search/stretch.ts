import { uuidV7 } from '#src/domain/text/uuid.ts';
import type { Stretch } from './search.ts';

/** Part of a list: ids below or above an id, which is excluded, and the end to start from. */
export type PageWanted = {
  limit: number;
  beforeId: string | null;
  afterId: string | null;
  direction: Stretch['direction'];
};

// The ids come from the clock of the process that accepted the job. It differs a little from the database's clock,
// which sets the row's date.
const clockSlackMs = 120_000;

type Times = { from: Date | null; to: Date | null; endedTo?: Date | null; attemptFailedTo?: Date | null };

/**
 * Returns the range of ids for the given times and cursors. The times themselves must still be checked on each row. What
 * ended before a time was created before it.
 */
export function stretchOf(times: Times, page: Omit<PageWanted, 'limit'>): Stretch {
  const low = [times.from && idAt(times.from.getTime() - clockSlackMs), page.afterId && idAfter(page.afterId)];
  const before = (time: Date | null | undefined) => (time ? idAt(time.getTime() + clockSlackMs) : null);
  const high = [before(times.to), before(times.endedTo), before(times.attemptFailedTo), page.beforeId];
  const given = (ids: (string | null)[]) => ids.filter((id) => id !== null).sort();
  return { low: given(low).at(-1) ?? null, high: given(high)[0] ?? null, direction: page.direction };
}

/**
 * Returns the range of ids that were made in the same call as another id, or just before or after it. The process made
 * them by one reading of its clock.
 */
export function idsAround(id: string): { low: string; high: string } {
  const ms = Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);
  return { low: idAt(ms - 1_000), high: idAt(ms + 1_000) };
}

/** Returns the range of the jobs, both ends included, that an event's id can have been made from: it begins like theirs. */
export function jobsBehind(eventId: string): { first: string; last: string } {
  const half = eventId.slice(0, 18);
  return { first: `${half}-8000-000000000000`, last: `${half}-bfff-ffffffffffff` };
}

/** Returns the lowest id of an instant. */
function idAt(ms: number): string {
  return uuidV7(Math.max(0, ms), new Uint8Array(16));
}

/** Returns the id just above another. */
function idAfter(id: string): string {
  const hex = (BigInt(`0x${id.replaceAll('-', '')}`) + 1n).toString(16).padStart(32, '0');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
