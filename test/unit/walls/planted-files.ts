import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { checkWalls } from '#test/support/walls/walls.ts';

/** Where the files of the running test lie, once it has written some. */
export let root = '';

/** Writes the files and answers what the check says of them. */
export function check(files: Record<string, string>): string[] {
  root ||= makeRoot();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), text);
  }
  return checkWalls(root);
}

function makeRoot(): string {
  const made = mkdtempSync(path.join(tmpdir(), 'ringback-walls-'));
  onTestFinished(() => {
    rmSync(made, { recursive: true });
    root = '';
  });
  return made;
}
