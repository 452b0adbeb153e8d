import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

const tickMs = 1_000 / Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/**
 * Returns the processor time that a process and all those below it have used so far, in milliseconds: user and system
 * time, and that of children that have ended. Without a process: all below this one.
 */
export function cpuMs(root?: number): number {
  const stats = new Map<number, { parent: number; ticks: number }>();
  for (const name of readdirSync('/proc').filter((one) => /^\d+$/.test(one))) {
    try {
      const fields = readFileSync(`/proc/${name}/stat`, 'utf8')
        .replace(/^.*\) /, '')
        .split(' ');
      const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
      stats.set(Number(name), { parent: Number(fields[1]), ticks });
    } catch {
      // The process has ended meanwhile.
    }
  }
  const isBelow = (pid: number): boolean => {
    const parent = stats.get(pid)?.parent ?? 0;
    return parent === (root ?? process.pid) || (parent > 1 && isBelow(parent));
  };
  const counted = [...stats].filter(([pid]) => pid === root || isBelow(pid));
  return counted.reduce((sum, [, { ticks }]) => sum + ticks * tickMs, 0);
}
