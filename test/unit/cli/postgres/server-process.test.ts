import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { findRunning } from '#src/cli/postgres/postgres-process.ts';
import { judgeServer, type ProcessReaders } from '#src/cli/postgres/server-process.ts';

const data = '/home/me/.ringback/postgres/data';
const refusal = (code: string) => Object.assign(new Error(code), { code });

/** Readers of a process; what is not given may not be looked at. */
function readers({ folder, command, gone = false }: { folder?: string; command?: string[]; gone?: boolean }) {
  const answer = async <T>(value: T | undefined): Promise<T> => {
    if (value === undefined) throw refusal(gone ? 'ENOENT' : 'EACCES');
    return value;
  };
  return {
    folderOf: () => answer(folder),
    commandOf: () => answer(command),
    realPath: async (path) => path.replace('/linked', '/home/me/.ringback'),
    exists: () => !gone,
  } satisfies ProcessReaders;
}

const program = '/opt/postgres/bin/postgres';

describe('a process whose working folder may be seen', () => {
  it.each([
    ['is a server of the folder that it works in', { folder: data, command: ['node'] }, 'yes'],
    ['is none of another folder', { folder: '/', command: [program, '-D', data] }, 'no'],
  ] as const)('%s', async (_what, seen, judged) => {
    expect(await judgeServer(7, data, readers({ ...seen, command: [...seen.command] }))).toBe(judged);
  });
});

describe('a process whose working folder only its own user may see', () => {
  it.each([
    ['is a server of the folder in its command', [program, '-D', data, '-p', '5432'], 'yes'],
    ['is one of the same folder by another path', [program, '-D', '/linked/postgres/data'], 'yes'],
    ['is none if the command names another folder', [program, '-D', '/srv/data'], 'no'],
    ['is none if the command is another one', ['/usr/bin/du', '-D', data], 'no'],
    ['is none if the command names no folder', [program, '-p', '5432'], 'no'],
    ['is none if it is a zombie', [], 'no'],
  ])('%s', async (_what, command, judged) => {
    expect(await judgeServer(7, data, readers({ command }))).toBe(judged);
  });
});

it('nobody can tell what a process is that shows nothing, unless it has ended meanwhile', async () => {
  expect(await judgeServer(7, data, readers({}))).toBe('cannot_tell');
  expect(await judgeServer(7, data, readers({ gone: true }))).toBe('no');
});

it('the file of a server stays unless its process is known to be another one', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ringback-judged-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'postmaster.pid'), `${process.pid}\n${folder}\n1\n5432\n`);
  await expect(findRunning(folder, async () => 'cannot_tell')).rejects.toThrow(
    `Process ${process.pid} may be the PostgreSQL of ${folder}, as ${join(folder, 'postmaster.pid')} says, and this user may not look at that process: use the user that it runs as.`,
  );
  expect(await findRunning(folder, async () => 'yes')).toEqual({ pid: process.pid, port: 5432 });
  expect(await readdir(folder)).toEqual(['postmaster.pid']);
  expect(await findRunning(folder, async () => 'no')).toBeUndefined();
  expect(await readdir(folder)).toEqual([]);
});
