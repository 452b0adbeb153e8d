import { accessSync, constants, statfsSync } from 'node:fs';

/** The file system in memory that Linux has. */
const inMemory = '/dev/shm';
const enoughBytes = 3 * 1024 ** 3;

/**
 * Moves the temporary files of a run into memory where there is room for them, before anything asks for the folder. A
 * database has hundreds of small files, and some disks take a second to make them. A container has 64 MB there and
 * stays with the disk, as do other systems. A TMPDIR that is set already is kept.
 */
export function keepTemporaryFilesInMemory(): void {
  if (process.env.TMPDIR === undefined && hasRoom()) process.env.TMPDIR = inMemory;
}

function hasRoom(): boolean {
  if (process.platform !== 'linux') return false;
  try {
    accessSync(inMemory, constants.W_OK | constants.X_OK);
    const { bavail, bsize } = statfsSync(inMemory);
    return bavail * bsize >= enoughBytes && process.availableMemory() >= enoughBytes * 2;
  } catch {
    return false;
  }
}
