import { tellParent } from './child.ts';
import { StopSignal } from './stop-signal.ts';

export type Running = Readonly<{
  stop(): Promise<void>;
  /**
   * Called on a second signal: the stop must not wait for anything any more. Without `hurry` the process exits at once.
   */
  hurry?(): void;
}>;

/** Runs a server until a signal comes or the parent ends. Then stops it in order and ends the process. */
export async function runUntilTold(start: () => Promise<Running>): Promise<void> {
  const stop = new StopSignal();
  let running: Running | undefined;
  stop.onInsist = () => (running?.hurry ? running.hurry() : process.exit(130));
  stop.listen();
  running = await start();
  await tellParent({ kind: 'ready' });
  await stop.given;
  await running.stop();
  process.exit(0);
}
