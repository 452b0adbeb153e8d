import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readdir, readFile, readlink, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { StartError } from '#src/cli/start-error.ts';
import { judgeServer, processReaders } from './server-process.ts';

/** The process id and port that a running server has written into its data folder. */
export type RunningServer = Readonly<{ pid: number; port: number }>;

/**
 * Finds the server that runs on this data folder, whichever process started it. Throws a StartError if this user cannot
 * tell. Only tests pass another judge.
 */
export async function findRunning(data: string, judge = isServerOf): Promise<RunningServer | undefined> {
  const file = join(data, 'postmaster.pid');
  const lines = (await readFile(file, 'utf8').catch(() => '')).split('\n');
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  if (!exists(pid)) return undefined;
  const judged = await judge(pid, data);
  if (judged === 'yes') return { pid, port: Number(lines[3]) };
  // The file of a server that runs must stay: a second one would start on the same data.
  if (judged === 'cannot_tell')
    throw new StartError(
      `Process ${pid} may be the PostgreSQL of ${data}, as ${file} says, and this user may not look at that process: ` +
        'use the user that it runs as.',
    );
  // After a reboot the process id may belong to another process of the same user, or to a zombie. PostgreSQL would then
  // refuse to start, so the file is removed. The file of a process that no longer exists stays: PostgreSQL learns from
  // it whether shared memory is still in use.
  await rm(file, { force: true });
  return undefined;
}

export function isAlive(pid: number): boolean {
  return exists(pid) && !isZombie(pid);
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Checks for a zombie. As process 1 of a container we are the parent of orphans, and Node does not reap children that
 * it did not start.
 */
function isZombie(pid: number): boolean {
  if (process.platform !== 'linux') return false;
  try {
    return /\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

async function isServerOf(pid: number, data: string): Promise<'yes' | 'no' | 'cannot_tell'> {
  if (process.platform === 'linux') return judgeServer(pid, data, processReaders(exists));
  if (process.platform === 'win32') return 'yes';
  const listed = await promisify(execFile)('ps', ['-o', 'command=', '-p', String(pid)]).catch(() => undefined);
  return listed?.stdout.includes(data) ? 'yes' : 'no';
}

/**
 * Returns the working folder of a process. Every PostgreSQL process works in its data folder. A zombie has no folder.
 */
async function linuxFolderOf(pid: string): Promise<string | undefined> {
  return readlink(`/proc/${pid}/cwd`).catch(() => undefined);
}

/**
 * Ends the processes that a killed postmaster left. These processes hold its shared memory as long as their query runs,
 * and no new postmaster can start before they are gone. They first get a moment to end by themselves.
 */
export async function clearOrphans(data: string): Promise<void> {
  if (process.platform !== 'linux') return;
  const folder = await realpath(data);
  const startedAt = performance.now();
  for (;;) {
    const orphans = await processesIn(folder);
    if (orphans.length === 0) return;
    const waitedMs = performance.now() - startedAt;
    for (const pid of waitedMs > 1000 ? orphans : []) signal(pid, waitedMs > 3000 ? 'SIGKILL' : 'SIGQUIT');
    await pause(50);
  }
}

async function processesIn(folder: string): Promise<number[]> {
  const numbers = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const folders = await Promise.all(numbers.map(linuxFolderOf));
  const candidates = numbers.filter((_, index) => folders[index] === folder);
  const commands = await Promise.all(candidates.map((pid) => readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')));
  // A shell of the user may also work in that folder.
  return candidates.filter((_, index) => commands[index]?.trim() === 'postgres').map(Number);
}

/**
 * Ends a server by PostgreSQL's fast shutdown, which rolls back transactions and flushes all data. After `patienceMs`
 * the shutdown is immediate (SIGQUIT).
 */
export async function shutDown(pid: number, patienceMs = 60_000): Promise<void> {
  const startedAt = performance.now();
  signal(pid, 'SIGINT');
  while (isAlive(pid)) {
    if (performance.now() - startedAt > patienceMs) signal(pid, 'SIGQUIT');
    await pause(20);
  }
}

function signal(pid: number, name: 'SIGINT' | 'SIGQUIT' | 'SIGKILL'): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
