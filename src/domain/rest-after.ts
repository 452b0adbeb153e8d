/** Returns how long to rest after work of this length, so that it takes a twentieth of the time. */
export function restAfter(tookMs: number): number {
  return tookMs * 19;
}
