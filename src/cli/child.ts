/** What a child of `up` tells it over their channel. */
export type ChildMessage = Readonly<{ kind: 'ready' }> | Readonly<{ kind: 'refused'; message: string }>;

export type Running = Readonly<{ stop(): Promise<void> }>;

/** Resolves when the parent has the message, at once without a parent. */
export function tellParent(message: ChildMessage): Promise<void> {
  return new Promise((resolve) => {
    if (process.send && process.connected) process.send(message, () => resolve());
    else resolve();
  });
}

/** Calls back when the parent is gone, however it went: the kernel closes our channel even after a kill -9. */
export function exitWithParent(onDisconnect: () => void): void {
  if (!process.channel) return;
  if (process.connected) process.once('disconnect', onDisconnect);
  else onDisconnect();
}

/** Starts a server, and stops it in order when a signal comes or the parent goes. A second signal ends it at once. */
export async function runUntilTold(start: () => Promise<Running>): Promise<void> {
  const hasParent = process.connected ?? false;
  let stopping = false;
  const starting = start();
  const stop = async () => {
    if (stopping) process.exit(130);
    stopping = true;
    const running = await starting;
    await running.stop();
    process.exit(0);
  };
  process.on('SIGTERM', stop);
  process.on('SIGHUP', stop);
  // Ctrl-C reaches everything in the terminal; below `up`, it is `up` that says who stops when.
  process.on('SIGINT', hasParent ? () => undefined : stop);
  exitWithParent(() => void stop());
  await starting;
  await tellParent({ kind: 'ready' });
}
