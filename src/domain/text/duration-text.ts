const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** Returns how long something took: `684 ms`, `8.42 s`, `44.9 s`, `2 min 8 s`, `3 h 12 min`. */
export function tookText(ms: number): string {
  const whole = Math.max(0, Math.round(ms));
  if (whole < second) return `${whole} ms`;
  if (whole < 10 * second) return `${(whole / second).toFixed(2)} s`;
  if (whole < minute) return `${(whole / second).toFixed(1)} s`;
  return inTwoUnits(whole);
}

/**
 * Returns a time until something, finer if it is near: `4 s`, `9 min 22 s`, `41 min`, `1 h 58 min`, `23 h`, `12 days`.
 */
export function leftText(ms: number): string {
  const rounded = Math.max(0, Math.ceil(ms / second) * second);
  if (rounded < minute) return `${rounded / second} s`;
  if (rounded < 10 * minute || (rounded >= hour && rounded < 10 * hour)) return inTwoUnits(rounded);
  return inOneUnit(rounded);
}

/** Returns how long ago something was, in one unit: `14 s`, `4 min`, `3 h`, `12 days`. */
export function ageText(ms: number): string {
  return inOneUnit(Math.max(0, ms));
}

function inOneUnit(ms: number): string {
  if (ms < minute) return `${Math.floor(ms / second)} s`;
  if (ms < hour) return `${Math.floor(ms / minute)} min`;
  if (ms < 2 * day) return `${Math.floor(ms / hour)} h`;
  return `${Math.floor(ms / day)} days`;
}

function inTwoUnits(ms: number): string {
  if (ms < hour) return `${Math.floor(ms / minute)} min ${Math.floor((ms % minute) / second)} s`;
  if (ms < 2 * day) return `${Math.floor(ms / hour)} h ${Math.floor((ms % hour) / minute)} min`;
  return inOneUnit(ms);
}
