/** Paths of the flaky target and the callback inbox, the same on every Ringback. */
export const playgroundPaths = { target: '/playground/target', inbox: '/playground/inbox/' } as const;
