import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from '@playwright/test';
import type { Ringback } from './ringback.ts';

/** The process that `ringback up` has started for the part: the worker makes requests, the web process answers. */
export async function processOf({ pid }: Pick<Ringback, 'pid'>, part: 'web' | 'worker'): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,args=']);
  const lines = stdout.split('\n').map((line) => line.trim().split(/\s+/));
  const ours = new Set([String(pid)]);
  for (const [id = '', parent = ''] of lines) if (ours.has(parent)) ours.add(id);
  const found = lines.find(([, parent = '', ...args]) => ours.has(parent) && args.at(-1) === part);
  expect(found, stdout).toBeTruthy();
  return Number(found?.[0]);
}
