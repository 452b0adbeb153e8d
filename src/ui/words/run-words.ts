import type { RunWait } from '#src/contract/run/run-line.ts';
import type { RunDetail } from '#src/contract/run/run-view.ts';
import { clockText, zoneText } from './time-text.ts';

/** Returns the address of the list of runs with a label. */
export function runsUrl(filter: { label: string }): string {
  return `/runs?${new URLSearchParams(filter)}`;
}

/**
 * Returns what a waiting run waits for: `waits for 2 requests`, `waits for a request and a callback`,
 * `sleeps until 14:02:38 UTC`.
 */
export function waitText(
  { requests, callbacks, sleeps }: RunWait,
  wakeAt: string | null,
  nowMs: number,
  zone: string,
): string {
  const others = [counted(requests, 'request'), counted(callbacks, 'callback')].filter((part) => part !== null);
  if (others.length === 0 && sleeps > 0)
    return wakeAt === null ? 'sleeps' : `sleeps until ${clockText(wakeAt, nowMs, zone)} ${zoneText(wakeAt, zone)}`;
  const parts = [...others, counted(sleeps, 'sleep')].filter((part) => part !== null);
  return parts.length === 0 ? 'about to go on' : `waits for ${listed(parts)}`;
}

/** Returns what a run waits for, by its steps. */
export function waitOf({ steps }: Pick<RunDetail, 'steps'>): RunWait {
  const open = (kind: string) => steps.filter((step) => step.kind === kind && step.state === 'pending').length;
  return { requests: open('request'), callbacks: open('callback'), sleeps: open('sleep') };
}

function counted(count: number, word: string): string | null {
  if (count === 0) return null;
  return count === 1 ? `a ${word}` : `${count.toLocaleString('en-US')} ${word}s`;
}

function listed(parts: readonly string[]): string {
  return parts.length < 2 ? (parts[0] ?? '') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}
