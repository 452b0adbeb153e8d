import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { checkWalls } from '#test/support/walls/walls.ts';

/** Where the files of the running test lie. */
export let root: string;

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'ringback-walls-'));
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

/** Writes the files and answers what the check says of them. */
export function check(files: Record<string, string>): string[] {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), text);
  }
  return checkWalls(root);
}
