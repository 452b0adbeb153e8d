/** What has to be ended or removed, whatever happens: processes, servers, folders. */
export type Undo = {
  /** Adds something to undo. What was added last is undone first. */
  add(act: () => Promise<unknown>): void;
  /** Undoes everything, once. What fails does not stop the rest. */
  run(): Promise<void>;
};

export function makeUndo(): Undo {
  const acts: (() => Promise<unknown>)[] = [];
  return {
    add: (act) => void acts.push(act),
    async run() {
      for (let act = acts.pop(); act !== undefined; act = acts.pop())
        await act().catch((error: Error) => process.stderr.write(`${error.message}\n`));
    },
  };
}

/**
 * Undoes everything when the process is told to end, and then ends as that signal says. PostgreSQL is in a process group of
 * its own, so a Ctrl-C would leave it running. A second signal ends at once.
 */
export function undoWhenTold(undo: Undo): void {
  for (const [signal, number] of [
    ['SIGINT', 2],
    ['SIGTERM', 15],
    ['SIGHUP', 1],
  ] as const)
    process.once(signal, () => {
      process.stderr.write(`${signal}: ending all processes\n`);
      void undo.run().finally(() => process.exit(128 + number));
    });
}
