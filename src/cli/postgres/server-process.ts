import { readFile, readlink, realpath } from 'node:fs/promises';
import { basename } from 'node:path';

/** What Linux tells of a process. Each function throws what the system answers instead. */
export type ProcessReaders = Readonly<{
  /** Returns its working folder. */
  folderOf(pid: number): Promise<string>;
  /** Returns the words of its command; none for a zombie. */
  commandOf(pid: number): Promise<readonly string[]>;
  /** Returns the path without links. */
  realPath(path: string): Promise<string>;
  exists(pid: number): boolean;
}>;

/** Returns the readers of this machine. */
export function processReaders(exists: (pid: number) => boolean): ProcessReaders {
  return {
    folderOf: (pid) => readlink(`/proc/${pid}/cwd`),
    commandOf: async (pid) => (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0').slice(0, -1),
    realPath: (path) => realpath(path),
    exists,
  };
}

/**
 * Returns whether a process of Linux is the PostgreSQL of a data folder, which is where it works. Root in a container may
 * not see where the process of another user works. Its command names the folder too, and all may read that, unless
 * `/proc` hides it.
 */
export async function judgeServer(
  pid: number,
  data: string,
  readers: ProcessReaders,
): Promise<'yes' | 'no' | 'cannot_tell'> {
  const wanted = await readers.realPath(data);
  const folder = await readers.folderOf(pid).catch(() => undefined);
  if (folder !== undefined) return folder === wanted ? 'yes' : 'no';
  const command = await readers.commandOf(pid).catch(() => undefined);
  if (command === undefined) return readers.exists(pid) ? 'cannot_tell' : 'no';
  const [program = '', ...words] = command;
  const named = words.includes('-D') ? words[words.indexOf('-D') + 1] : undefined;
  if (basename(program) !== 'postgres' || named === undefined) return 'no';
  return (await readers.realPath(named).catch(() => named)) === wanted ? 'yes' : 'no';
}
