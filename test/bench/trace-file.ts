import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * The trace of a process: the share of time for which its thread was busy, its memory in bytes, and a line for each thing
 * that was timed.
 */
export type ProcessTrace = { at: number; utilization: number; memory: NodeJS.MemoryUsage; parts: string[] };

/** Where a traced process writes its trace when it gets the signal SIGUSR2. */
export const traceFile = (pid: number): string => join(tmpdir(), `ringback-bench-trace-${pid}.json`);
