import { existsSync, writeSync } from 'node:fs';

/** Blocks the event loop of a process at SIGUSR2, until the file `TEST_BLOCK_UNTIL` is there. Loaded by `--import`. */
const until = process.env.TEST_BLOCK_UNTIL ?? '';
const cell = new Int32Array(new SharedArrayBuffer(4));
process.on('SIGUSR2', () => {
  writeSync(1, 'the event loop is blocked\n');
  while (!existsSync(until)) Atomics.wait(cell, 0, 0, 50);
});
