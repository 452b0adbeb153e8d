/** A wait shorter than this is over before anybody could press a button. */
const noticedMs = 1_500;

/** Returns true if something waits for a time that is noticeably ahead, so that it can be told not to wait. */
export function waitsLong({ state, nextAttemptAt }: { state: string; nextAttemptAt: string | null }, nowMs: number) {
  const waits = state === 'scheduled' || state === 'retrying' || state === 'pending';
  return waits && nextAttemptAt !== null && Date.parse(nextAttemptAt) - nowMs > noticedMs;
}
