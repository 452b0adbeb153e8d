import { access, copyFile, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { packClient } from '#src/cli/build/pack-client.ts';
import { isAlive } from '#src/cli/postgres/postgres-process.ts';

const folderVariable = 'TEST_PACKED_FOLDER';

/** Makes the folder in which the processes of a run share the packed client. Returns a function that removes it. */
export async function makePackedFolder(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(path.join(tmpdir(), 'ringback-packed-'));
  process.env[folderVariable] = folder;
  return () => rm(folder, { recursive: true, force: true });
}

/**
 * Returns the path of the packed client. It is packed once for a whole run, because packing takes its time: by whoever
 * asks first, while the others wait. Throws what packing threw.
 */
export async function packedClient(): Promise<string> {
  const folder = process.env[folderVariable];
  if (!folder) throw new Error(`${folderVariable} is not set: does vitest's globalSetup make the folder?`);
  const packed = path.join(folder, 'client.tgz');
  const failure = path.join(folder, 'failure.txt');
  const begun = path.join(folder, 'begun');
  if (await begins(begun)) {
    try {
      await copyFile(await packClient(), `${packed}.part`);
      await rename(`${packed}.part`, packed);
    } catch (error) {
      await writeFile(failure, String((error as Error).stack));
      throw error;
    }
    return packed;
  }
  for (;;) {
    if (await isThere(packed)) return packed;
    const said = await readFile(failure, 'utf8').catch(() => null);
    if (said !== null) throw new Error(`the client could not be packed: ${said}`);
    const packer = Number(await readFile(begun, 'utf8'));
    if (packer > 0 && !isAlive(packer)) throw new Error('the process that packed the client has died');
    await setTimeout(100);
  }
}

/** Returns true for the one that writes the file first: it is the one that packs. */
function begins(file: string): Promise<boolean> {
  return writeFile(file, String(process.pid), { flag: 'wx' }).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
      return false;
    },
  );
}

function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
