export type Ticker = { stop(): Promise<void> };

/**
 * Runs `act` repeatedly, with `everyMs` between the end of one run and the start of the next. A long run can call
 * `stopped` to see whether it should end.
 */
export function tick(
  everyMs: number,
  act: (stopped: () => boolean) => Promise<unknown>,
  onError: (error: unknown) => void,
): Ticker {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  const run = () => {
    running = act(() => stopped)
      .then(() => undefined, onError)
      .then(() => {
        if (!stopped) timer = setTimeout(run, everyMs);
      });
  };
  timer = setTimeout(run, 0);
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
