import type { Flow } from '#src/contract/flow/flow.ts';
import type { WaitReason } from '#src/domain/decide/job-state.ts';
import { formatWait } from '#src/domain/decide/outcome-text.ts';

const periods: Readonly<Record<number, string>> = { 1: 'a second', 60: 'a minute', 3600: 'an hour', 86400: 'a day' };

/** Returns the rate of a flow: `100 a minute`, `20 in 30 s`. */
export function rateText({ limit, periodSeconds }: NonNullable<Flow['rate']>): string {
  return `${limit.toLocaleString('en-US')} ${periods[periodSeconds] ?? `in ${formatWait(periodSeconds * 1_000)}`}`;
}

/** Returns the address of the list of flows with those whose key contains a text. */
export function flowsUrl(search: string): string {
  return `/flows?${new URLSearchParams({ search })}`;
}

/** Returns the address of the list of a flow's jobs. */
export function flowJobsUrl(key: string): string {
  return `/jobs?${new URLSearchParams({ flow: key })}`;
}

/** Words for what a due job waits for, for a list. */
export const waitWords: Readonly<Record<WaitReason, string>> = {
  flow: 'waits for flow',
  cooldown: 'cooling down',
  origin: 'host busy',
  project: 'project busy',
  paused: 'until resumed',
};
