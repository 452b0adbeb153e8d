/*
 * How the slots of a worker are shared. A group of jobs, such as those of one origin, may take another slot while it
 * then has at most `weight` times the slots that are still free. A group without any may take the last one. One busy
 * group then takes weight/(1 + weight) of all slots, the next one the same part of the rest, and so on: the more a group
 * has, the more it leaves to others. Packet switches share their memory in this way, by dynamic thresholds.
 */

/** Weight of an origin: alone it takes four fifths of all slots. */
export const originWeight = 4;
/** Weight of a project, so that one with many slow origins leaves some slots to the others. */
export const projectWeight = 16;

/** Returns the number of slots that a worker needs beside `slots`, so that one busy origin may take `slots`. */
export function reserveFor(slots: number): number {
  return Math.ceil(slots / originWeight);
}

/** Returns true if a group that has `taken` slots may take one of the `free` ones. */
export function mayTakeSlot(taken: number, free: number, weight: number): boolean {
  return free > 0 && (taken === 0 || taken + 1 <= weight * (free - 1));
}

/** Returns how many of the `free` slots a group that has `taken` already may take, one after the other. */
export function slotsToTake(taken: number, free: number, weight: number): number {
  const most = Math.floor((weight * free - taken) / (weight + 1));
  return Math.max(taken === 0 ? Math.min(1, free) : 0, most);
}

/** Slots of a worker for an origin that was not used lately. */
const firstSlots = 8;
/** The time in which they double: before the first attempt has ended, and after it. */
const silentDoublingMs = 250;
const doublingMs = 400;
/** So many ended attempts open one more slot. */
const endsForSlot = 4;

/** The use of an origin: since when it lasts, after which time the first attempt ended, and how many have ended. */
export type OriginUse = { ageMs: number; firstEndMs: number | null; ended: number };

/**
 * Returns how many slots an origin may have. A quick target opens them by its answers, one that does not answer in a
 * second and a half. A target that refuses what is beyond its limit has then refused a few requests, and not as many as
 * there are slots.
 */
export function openSlots({ ageMs, firstEndMs, ended }: OriginUse): number {
  const silent = Math.floor((firstEndMs ?? ageMs) / silentDoublingMs);
  const byTime = Math.max(silent, Math.floor(ageMs / doublingMs));
  return Math.max(firstSlots * 2 ** byTime, firstSlots + Math.floor(ended / endsForSlot));
}
