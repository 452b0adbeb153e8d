/** What a child of `up` tells it over their channel. */
export type ChildMessage = Readonly<{ kind: 'ready' }> | Readonly<{ kind: 'refused'; message: string }>;

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
