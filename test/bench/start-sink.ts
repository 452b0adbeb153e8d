import { execFileSync, spawn } from 'node:child_process';

/** What the sink saw since the last reset. `connections`: those that were opened. */
export type SinkCounts = {
  hooks: number;
  targets: number;
  unique: number;
  first: number;
  last: number;
  connections: number;
};
/** Milliseconds from the submits to the arrivals at the target and at the receiver. */
export type SinkLatency = Record<'target' | 'hook', { p50: number; p99: number }>;
/** The target and receiver of a benchmark, in a process of its own. */
export type Sink = Readonly<{
  url: string;
  counts(): Promise<SinkCounts>;
  latency(): Promise<SinkLatency>;
  reset(): Promise<void>;
  stop(): void;
}>;

/** Starts the sink. Its target answers after `delayMs`, its receiver at once. */
export async function startSink(delayMs = 0): Promise<Sink> {
  const child = spawn(process.execPath, ['test/bench/sink.ts', String(delayMs)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const port = await new Promise<string>((resolve) =>
    child.stdout.once('data', (data: Buffer) => resolve(data.toString().trim())),
  );
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    counts: async () => (await (await fetch(`${url}/stats`)).json()) as SinkCounts,
    latency: async () => (await (await fetch(`${url}/latency`)).json()) as SinkLatency,
    reset: async () => void (await (await fetch(`${url}/reset`)).text()),
    stop: () => void child.kill(),
  };
}

/** Measures what this machine does when nothing is stored, in jobs per second. */
export function limitPerSecond(sink: Sink, jobs = 20_000): number {
  const args = ['test/bench/limit.ts', sink.url, String(jobs), '128'];
  return Number(execFileSync(process.execPath, args, { encoding: 'utf8' }));
}
