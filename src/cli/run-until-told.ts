import { tellParent } from './child.ts';
import { StopSignal } from './stop-signal.ts';

export type Running = Readonly<{ stop(): Promise<void> }>;

/** Runs a server until a signal comes or the parent goes, stops it in order, and ends the process. */
export async function runUntilTold(start: () => Promise<Running>): Promise<void> {
  const stop = new StopSignal();
  stop.onInsist = () => process.exit(130);
  stop.listen();
  const running = await start();
  await tellParent({ kind: 'ready' });
  await stop.given;
  await running.stop();
  process.exit(0);
}
