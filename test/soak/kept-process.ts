import { setTimeout as pause } from 'node:timers/promises';
import type { WorkerProcess } from '#test/support/processes.ts';

/** A process that is started again whenever it ends, as `up` or systemd does it. */
export type KeptProcess = {
  name: string;
  /** The process while it is ready. */
  current: WorkerProcess | undefined;
  /** True while a fault is done to it. */
  busy: boolean;
  /** Ends the process by a signal, and resolves when the next one is ready. */
  replace(signal: NodeJS.Signals): Promise<void>;
  /** Stops it in order, for good. */
  stop(): Promise<void>;
  /** Starts it no more. The process that there is, is left to the caller. */
  giveUp(): void;
};

export type KeepOptions = {
  name: string;
  start: () => Promise<WorkerProcess>;
  /** Gets all that a process has written, once it has ended. */
  onOutput: (output: string) => void;
  /** Is told of an end that nobody asked for. */
  onUnasked: (what: string) => void;
};

/** Time after which a process that stops in order has to be gone. It is longer than any drain and any wait for PostgreSQL. */
const longestStopMs = 90_000;

export function keepProcess({ name, start, onOutput, onUnasked }: KeepOptions): KeptProcess {
  let stopped = false;
  let asked = false;
  const kept: KeptProcess = {
    name,
    current: undefined,
    busy: false,
    async replace(signal) {
      const before = kept.current;
      if (before === undefined) return;
      asked = true;
      before.signal(signal);
      await endWithin(before, `${name} after ${signal}`);
      while (!stopped && (kept.current === undefined || kept.current === before)) await pause(50);
    },
    async stop() {
      stopped = true;
      asked = true;
      const last = kept.current;
      last?.signal('SIGTERM');
      if (last) await endWithin(last, `${name} at the end`);
      await loop;
    },
    giveUp() {
      stopped = true;
      asked = true;
    },
  };

  async function endWithin(one: WorkerProcess, when: string): Promise<void> {
    const late = setTimeout(() => {
      onUnasked(`${when} did not end within ${longestStopMs / 1_000} s:\n${one.output().slice(-2_000)}`);
      one.signal('SIGKILL');
    }, longestStopMs);
    await one.ended;
    clearTimeout(late);
  }

  async function keep(): Promise<void> {
    while (!stopped) {
      // While PostgreSQL is away a start fails, and is made again.
      const started = await start().catch((error: Error) => {
        onOutput(error.message);
        return undefined;
      });
      if (started === undefined) {
        await pause(300);
        continue;
      }
      kept.current = started;
      if (stopped) started.signal('SIGTERM');
      const how = await started.ended;
      kept.current = undefined;
      const output = started.output();
      onOutput(output);
      if (!asked) onUnasked(`${name} ended with ${how}:\n${output.slice(-2_000)}`);
      asked = stopped;
    }
  }
  const loop = keep();
  return kept;
}
