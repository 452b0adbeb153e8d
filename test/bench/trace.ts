import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { Stack } from './stack.ts';
import type { Through } from './throughput.ts';
import { type ProcessTrace, traceFile } from './trace-file.ts';

/** Options of Node with which a process keeps a trace. */
export const traceArgs = ['--import', './test/bench/trace-process.ts'];

/** Reads the traces of the web and worker processes. A reading begins a new trace. */
export function tracer({ pids }: Pick<Stack, 'pids'>) {
  const traced = Object.entries(pids).filter(([name]) => name !== 'postgres');
  const read = async (pid: number): Promise<ProcessTrace> => {
    const before = await modified(pid);
    process.kill(pid, 'SIGUSR2');
    while ((await modified(pid)) === before) await pause(20);
    return JSON.parse(await readFile(traceFile(pid), 'utf8')) as ProcessTrace;
  };
  return {
    reset: async () => void (await Promise.all(traced.map(([, pid]) => read(pid)))),
    async print(through: Through) {
      for (const [name, pid] of traced) {
        const { utilization, memory, parts } = await read(pid);
        const [rss, total, used, external] = [memory.rss, memory.heapTotal, memory.heapUsed, memory.external].map(mib);
        console.log(`    ${name}: its thread was busy for ${Math.round(utilization * 100)} % of the time`);
        console.log(`      memory: ${rss} MiB, heap ${used} of ${total} MiB in use, outside of it ${external} MiB`);
        for (const part of parts) console.log(`      ${part}`);
      }
      const cores = Object.values(through.cpu).reduce((sum, us) => sum + us, 0) * through.jobsPerSecond * 1e-6;
      console.log(
        `    all processes of Ringback: ${cores.toFixed(2)} cores busy, without target, receiver and submitter`,
      );
    },
  };
}

async function modified(pid: number): Promise<string> {
  const text = await readFile(traceFile(pid), 'utf8').catch(() => '{}');
  return String((JSON.parse(text || '{}') as { at?: number }).at ?? '');
}

const mib = (bytes: number): number => Math.round(bytes / 1024 ** 2);
