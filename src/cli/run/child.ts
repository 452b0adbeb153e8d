/**
 * A message from a child process to its parent, over their IPC channel. `refused`: starting it again is pointless until
 * somebody changes something, or, if `mayPass` is true, until another program lets go of what it needs. `failed`: it could
 * not start, and may succeed when it is started again; with `passing` it will, once what hinders it is over.
 */
export type ChildMessage =
  | Readonly<{ kind: 'ready' }>
  | Readonly<{ kind: 'refused'; message: string; mayPass?: boolean }>
  | Readonly<{ kind: 'failed'; message: string; passing: boolean }>;

/** Sends a message to the parent. Resolves when the message is sent, or at once without a parent. */
export function tellParent(message: ChildMessage): Promise<void> {
  return new Promise((resolve) => {
    if (process.send && process.connected) process.send(message, () => resolve());
    else resolve();
  });
}

/** Calls `onDisconnect` when the parent is gone for any reason: the kernel closes the channel even after a kill -9. */
export function exitWithParent(onDisconnect: () => void): void {
  if (!process.channel) return;
  if (process.connected) process.once('disconnect', onDisconnect);
  else onDisconnect();
}
