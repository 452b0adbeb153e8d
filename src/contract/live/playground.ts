/** Where the flaky target and the callback inbox are, on every Ringback. */
export const playgroundPaths = { target: '/playground/target', inbox: '/playground/inbox/' } as const;
