import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { cpuMs } from './cpu-time.ts';
import type { Sink } from './start-sink.ts';

export type Through = {
  jobsPerSecond: number;
  submitsPerSecond: number;
  duplicates: number;
  /** Connections to the target and the receiver that were opened. */
  connections: number;
  /** Processor time of a job by process, in microseconds. */
  cpu: Record<string, number>;
};
export type Measured = Readonly<{
  sink: Sink;
  jobs: number;
  pids: Readonly<Record<string, number>>;
  submit(): Promise<void>;
  giveUpMs?: number;
}>;

/** Measures from the first submit to the arrival of the last callback. */
export async function throughput({ sink, jobs, pids, submit, giveUpMs = 60_000 }: Measured): Promise<Through> {
  await sink.reset();
  const before = cpuByProcess(pids);
  const started = Date.now();
  await submit();
  const submitted = Date.now();
  for (;;) {
    const { unique, hooks, last, connections } = await sink.counts();
    if (unique >= jobs) {
      const after = cpuByProcess(pids);
      return {
        jobsPerSecond: Math.round(jobs / ((last - started) / 1000)),
        submitsPerSecond: Math.round(jobs / ((submitted - started) / 1000)),
        duplicates: hooks - unique,
        connections,
        cpu: Object.fromEntries(
          Object.keys(pids).map((name) => [
            name,
            Math.round((((after[name] ?? 0) - (before[name] ?? 0)) / jobs) * 1000),
          ]),
        ),
      };
    }
    if (Date.now() - started > giveUpMs) throw new Error(`only ${unique} of ${jobs} callbacks arrived`);
    await pause(20);
  }
}

function cpuByProcess(pids: Measured['pids']): Record<string, number> {
  return Object.fromEntries(Object.entries(pids).map(([name, pid]) => [name, cpuMs(pid)]));
}

/** Runs one statement over a connection of its own. */
export async function sql<Row extends object>(databaseUrl: string, text: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
}

/** Number of bytes that the database has written to its log so far. */
export async function walBytes(databaseUrl: string): Promise<number> {
  const [row] = await sql<{ bytes: string }>(
    databaseUrl,
    `select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') as bytes`,
  );
  return Number(row?.bytes);
}
