/** What the built-in flaky target takes: `/playground/target?plan=429,503,200&delay=500&key=…`. */
export const playgroundLimits = {
  planEntries: 20,
  statuses: { min: 200, max: 599 },
  delayMs: 60_000,
  bytes: 16 * 1024 ** 2,
  /** What it says with every 429. */
  retryAfterSeconds: 1,
} as const;

/** Where the flaky target and the callback inbox are, on every Ringback. */
export const playgroundPaths = { target: '/playground/target', inbox: '/playground/inbox/' } as const;
