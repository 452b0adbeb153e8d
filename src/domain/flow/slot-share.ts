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

/** Slots of a worker for an origin that was not used lately, and the time in which they double. */
const firstSlots = 8;
const doublingMs = 400;
/** So many ended attempts open one more slot. */
const endsForSlot = 4;

/**
 * Returns how many slots an origin may have that came into use `ageMs` ago, after `ended` attempts. A quick target opens
 * them by its answers, one that does not answer in two seconds. A target that refuses what is beyond its limit has then
 * refused a few requests, and not as many as there are slots.
 */
export function openSlots(ageMs: number, ended: number): number {
  return Math.max(firstSlots * 2 ** Math.floor(ageMs / doublingMs), firstSlots + Math.floor(ended / endsForSlot));
}
