import type { JobFilterInput } from '#src/contract/job/job-filter-input.ts';
import { durationMs } from '#src/contract/job/job-filter-words.ts';
import type { Operation, OperationInput } from '#src/contract/job/operation.ts';
import { type RangeUnit, wordRangeText } from '#src/contract/search/range-words.ts';
import { dateTimeText, zoneText } from './time-text.ts';

const kinds: Readonly<Record<string, string>> = {
  resend_failed: 'Send failed deliveries again',
  replay_skipped: 'Replay skipped deliveries',
  resend_deliveries: 'Send deliveries again',
  cancel_jobs: 'Cancel jobs',
  rerun_jobs: 'Run jobs again',
};

/** Returns what an operation does. */
export function kindText(kind: string): string {
  return kinds[kind] ?? kind.replaceAll('_', ' ');
}

/** Returns whether an operation handles jobs or deliveries. */
export function itemWord(kind: string): string {
  return kind.endsWith('_jobs') ? 'jobs' : 'deliveries';
}

/** Returns the input of an operation in short. */
export function inputText({ input }: Pick<Operation, 'input'>, zone: string): string {
  return [...selectionText(input, zone), `at most ${input.perSecond} a second`].join('; ');
}

function selectionText(input: OperationInput, zone: string): string[] {
  const selection = input.jobs ?? input.deliveries;
  if (selection === undefined)
    return 'since' in input ? [`since ${dateTimeText(input.since, zone)} ${zoneText(input.since, zone)}`] : [];
  if (selection.filter === undefined) return [`${selection.picked} picked`];
  const filter = Object.entries(selection.filter);
  return [filter.map(([name, value]) => `${name}: ${[value].flat().join(', ')}`).join('; ')];
}

/** Returns the reason why an operation stopped by itself; null if it did not, or if somebody stopped it. */
export function brokenOffText({ errors, input }: Pick<Operation, 'errors' | 'input'>): string | null {
  return ('endpointId' in input && errors.find(({ id }) => id === input.endpointId)?.message) || null;
}

/**
 * Returns the reasons why some items failed: `: 3 × secrets erased`. Of many failures, only the first twenty are known.
 * Without a known reason, the text is empty.
 */
export function reasonsText({ errors, failed }: Pick<Operation, 'errors' | 'failed'>): string {
  const reasons = Map.groupBy(errors, ({ code }) => code);
  const whole = errors.length === failed;
  const texts = [...reasons.values()].map((same) => {
    const words = (same[0]?.code ?? '').replaceAll('_', ' ');
    return whole ? `${same.length} × ${words}` : words;
  });
  return texts.length > 0 ? `: ${texts.join(', ')}` : '';
}

/**
 * Returns the address of the list that shows what an operation has handled: the jobs that it made, the jobs or
 * deliveries that its filter finds, or the deliveries of its endpoint. Null: they were picked one by one.
 */
export function operationHref({ kind, input, createdAt, endedAt }: Operation): string | null {
  if ('endpointId' in input) return `/deliveries?endpoint=${input.endpointId}`;
  if (kind === 'rerun_jobs') {
    const to = endedAt === null ? '' : `&to=${new Date(Date.parse(endedAt) + 1_000).toISOString()}`;
    return `/jobs?from=${createdAt}${to}`;
  }
  const filter = input.jobs?.filter ?? input.deliveries?.filter;
  if (filter === undefined) return null;
  const search = new URLSearchParams();
  const { attemptsMin, attemptsMax, durationMin, durationMax, metadata, ...others } = filter as JobFilterInput;
  for (const [name, value] of Object.entries(others)) {
    const first = [value].flat()[0];
    if (first !== undefined) search.set(addressNames[name] ?? name, String(first));
    if (name.startsWith('ended')) search.set('by', 'end');
    if (name.startsWith('attemptFailed')) search.set('by', 'attempt');
  }
  const ranges = {
    attempts: rangeWord('number', attemptsMin, attemptsMax),
    duration: rangeWord('duration', durationMin, durationMax),
  };
  for (const [name, word] of Object.entries(ranges)) if (word) search.set(name, word);
  for (const match of [metadata ?? []].flat()) search.append('meta', match);
  return `${input.jobs ? '/jobs' : '/deliveries'}?${search}`;
}

function rangeWord(unit: RangeUnit, min: number | string | undefined, max: number | string | undefined): string | null {
  const bound = (given: number | string | undefined) =>
    typeof given === 'string' ? durationMs(given) : (given ?? null);
  const range = { min: bound(min), max: bound(max) };
  return range.min === null && range.max === null ? null : wordRangeText(range, unit);
}

/** Names of filters in the addresses of lists, where they differ from those of the API. */
const addressNames: Readonly<Record<string, string>> = {
  text: 'q',
  endpointId: 'endpoint',
  jobId: 'job',
  apiKeyId: 'key',
  apiKey: 'key',
  notHost: 'not-host',
  endedFrom: 'from',
  endedTo: 'to',
  attemptFailedFrom: 'from',
  attemptFailedTo: 'to',
  rerunOf: 'rerun-of',
};
