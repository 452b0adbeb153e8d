import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type BackupHead, readArchive, writeArchive } from '#src/cli/backup/archive.ts';
import { StartError } from '#src/cli/start-error.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ringback-archive-'));
  await writeFile(join(folder, 'file'), '');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const head: BackupHead = {
  ...{ format: 'ringback backup', version: 1, ringback: '0.1.0', postgres: '18', at: '2026-01-01T00:00:00Z' },
  ...{ migrations: [], keys: [] },
};

async function* nothing() {}
const write = (file: string) => writeArchive(file, head, nothing(), async () => ({}));
const read = (file: string) =>
  readArchive(file, {
    head: async () => undefined,
    table: async () => ({ write: async () => undefined, end: async () => undefined }),
  });

/** Returns the one sentence that the user is told. */
async function refusal(act: Promise<unknown>): Promise<string> {
  const refused = await act.catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(StartError);
  return (refused as Error).message;
}

it.each([
  ['a folder that is not there', 'none/x.backup', 'ENOENT'],
  ['a folder that is a file', 'file/x.backup', 'ENOTDIR'],
])('a backup into %s is refused in one sentence', async (_what, name, code) => {
  const file = join(folder, name);
  expect(await refusal(write(file))).toBe(`The backup ${file} cannot be written (${code}).`);
  expect(await readdir(folder)).toEqual(['file']);
});

it.each([
  ['a file that is not there', 'none', 'ENOENT'],
  ['a folder', '', 'EISDIR'],
])('a restore of %s is refused in one sentence', async (_what, name, code) => {
  const file = join(folder, name);
  expect(await refusal(read(file))).toBe(`The backup ${file} cannot be read (${code}).`);
});

it('what fails beside the file stays as it is', async () => {
  const lost = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', syscall: 'read' });
  const sequences = () => Promise.reject(lost);
  const file = join(folder, 'x.backup');
  await expect(writeArchive(file, head, nothing(), sequences)).rejects.toBe(lost);
  expect(await readdir(folder)).toEqual(['file']);
});
