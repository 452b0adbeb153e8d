import { type ListenOptions, listen } from '#src/cli/listen.ts';

/** What `ringback listen` does, in this process. */
export type Listening = {
  /** What it has printed. */
  lines: string[];
  /** Settles once the stream is there, or has failed. */
  ready: Promise<void>;
  ended: Promise<void>;
  stop(): Promise<void>;
};

export function listenAs(options: ListenOptions): Listening {
  const controller = new AbortController();
  const open = Promise.withResolvers<void>();
  const lines: string[] = [];
  const print = (line: string) => {
    lines.push(line);
    if (/ Listening to .* (again|stops)\.$/.test(line)) open.resolve();
  };
  const ended = listen(options, { print, signal: controller.signal });
  ended.catch(() => undefined);
  return {
    lines,
    ready: Promise.race([open.promise, ended]),
    ended,
    async stop() {
      controller.abort();
      await ended.catch(() => undefined);
    },
  };
}
