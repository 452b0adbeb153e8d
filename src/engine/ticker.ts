export type Ticker = { stop(): Promise<void> };

/**
 * Runs `act` repeatedly, first after `firstMs`, with a rest between the end of one run and the start of the next: so many
 * milliseconds, or what a function makes of how long the run took. A long run can call `stopped` to see whether it should
 * end.
 */
export function tick(
  rest: number | ((tookMs: number) => number),
  act: (stopped: () => boolean) => Promise<unknown>,
  onError: (error: unknown) => void,
  firstMs = 0,
): Ticker {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  const run = () => {
    const startedMs = performance.now();
    running = act(() => stopped)
      .then(() => undefined, onError)
      .then(() => {
        const restMs = typeof rest === 'number' ? rest : rest(performance.now() - startedMs);
        if (!stopped) timer = setTimeout(run, restMs);
      });
  };
  timer = setTimeout(run, firstMs);
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
