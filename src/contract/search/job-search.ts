import { failureWords } from '#src/contract/job/failure-words.ts';
import type { JobFilterInput } from '#src/contract/job/job-filter-input.ts';
import { type CallbackWord, callbackWords } from '#src/contract/job/job-filter-words.ts';
import { type JobState, jobStates } from '#src/domain/decide/job-state.ts';
import { flowLimits, gatewayLimits, limits, projectLimits, readLimits } from '#src/domain/limits.ts';
import { nearestName } from '#src/domain/text/nearest-name.ts';
import { type RangeUnit, readWordRange, wordRangeText } from './range-words.ts';
import type { SearchField, SearchGrammar } from './search-grammar.ts';

type Read = SearchField['read'];

const text =
  (most: number, change: (value: string) => string = (value) => value): Read =>
  (value) => {
    const clean = change(value.trim());
    return clean !== '' && clean.length <= most ? { value: clean } : { allowed: `a text of 1 to ${most} characters` };
  };
const lower = (value: string) => value.toLowerCase();

const oneOf =
  (known: readonly string[], aliases: Readonly<Record<string, string>> = {}): Read =>
  (value) => {
    const word = value.trim().toLowerCase();
    const found = aliases[word] ?? word;
    if (known.includes(found)) return { value: found };
    const near = nearestName(word, known);
    return { allowed: `one of ${known.join(', ')}${near === undefined ? '' : `; did you mean ${near}?`}` };
  };

const range =
  (unit: RangeUnit, allowed: string): Read =>
  (value) => {
    const found = readWordRange(value, unit);
    return found ? { value: wordRangeText(found, unit) } : { allowed };
  };

/** Returns whether a text is a status, a class of statuses, or a word for a kind of failure. */
export function isStatusFilter(word: string): boolean {
  return /^[1-9](\d\d|xx)$/.test(word) || Object.hasOwn(failureWords, word);
}

const status: Read = (value) => {
  const word = value.trim().toLowerCase();
  if (isStatusFilter(word)) return { value: word };
  const near = nearestName(word, Object.keys(failureWords));
  const hint = near === undefined ? '' : `; did you mean ${near}?`;
  return { allowed: `a status such as 404, a class such as 5xx, or a word such as timeout${hint}` };
};

/** Words that people use for the states of a callback. */
const callbackAliases = { waiting: 'pending', sending: 'in_progress', missing: 'none' } as const;

/** The filters of jobs, in the order in which they are written. */
export const jobSearchFields = [
  { name: 'state', key: 'state', read: oneOf(jobStates) },
  { name: 'status', key: 'status', read: status },
  { name: 'host', key: 'host', read: text(readLimits.hostLength, lower) },
  { name: 'label', key: 'label', read: text(limits.labelLength) },
  { name: 'method', key: 'method', read: text(limits.methodLength, (value) => value.toUpperCase()) },
  { name: 'callback', key: 'callback', read: oneOf(callbackWords, callbackAliases) },
  { name: 'endpoint', key: 'endpoint', read: text(readLimits.idLength, lower) },
  {
    name: 'attempts',
    key: 'attempts',
    read: range('number', 'a number or a range of attempts, such as 3, >=3, <=5 or 3..5'),
  },
  {
    name: 'duration',
    key: 'duration',
    read: range('duration', 'a duration or a range, such as >5s, <=500ms, 1m..5m'),
  },
  { name: 'flow', key: 'flow', read: text(flowLimits.keyLength) },
  { name: 'upstream', key: 'upstream', read: text(readLimits.idLength, lower) },
  { name: 'model', key: 'model', read: text(gatewayLimits.modelLength) },
  { name: 'key', key: 'key', read: text(projectLimits.nameLength) },
  { name: 'failure', key: 'failure', read: text(readLimits.failureLength) },
  { name: 'rerunOf', key: 'rerun-of', read: text(readLimits.idLength, lower) },
  { name: 'operation', key: 'operation', read: text(readLimits.idLength, lower) },
] as const satisfies readonly SearchField[];

/** Filters of jobs that are written in a search box, without metadata and text. */
export type JobSearchName = (typeof jobSearchFields)[number]['name'] | 'notHost';

/** What the search box of jobs takes. */
export const jobGrammar: SearchGrammar = { fields: jobSearchFields, negated: { host: 'notHost' }, metadata: true };

/** Filters of jobs as people write them; empty: none. */
export type JobWords = Record<JobSearchName, string> & { text: string; metadata: readonly string[] };

/** Returns the filter as the API takes it. Words must have been read by the grammar. */
export function jobFilterOf(words: JobWords): JobFilterInput {
  const attempts = words.attempts ? readWordRange(words.attempts, 'number') : null;
  const duration = words.duration ? readWordRange(words.duration, 'duration') : null;
  const isId = words.key.startsWith('key_');
  return {
    ...(words.state && { state: words.state as JobState }),
    ...(words.text && { text: words.text }),
    ...(words.host && { host: words.host }),
    ...(words.notHost && { notHost: words.notHost }),
    ...(words.label && { label: words.label }),
    ...(words.status && { status: words.status }),
    ...(words.method && { method: words.method }),
    ...(words.callback && { callback: words.callback as CallbackWord }),
    ...(words.endpoint && { endpoint: words.endpoint }),
    ...(attempts && attempts.min !== null && { attemptsMin: attempts.min }),
    ...(attempts && attempts.max !== null && { attemptsMax: attempts.max }),
    ...(duration && duration.min !== null && { durationMin: duration.min }),
    ...(duration && duration.max !== null && { durationMax: duration.max }),
    ...(words.metadata.length > 0 && { metadata: [...words.metadata] }),
    ...(words.flow && { flow: words.flow }),
    ...(words.upstream && { upstream: words.upstream }),
    ...(words.model && { model: words.model }),
    ...(words.failure && { failure: words.failure }),
    ...(words.key && (isId ? { apiKeyId: words.key } : { apiKey: words.key })),
    ...(words.rerunOf && { rerunOf: words.rerunOf }),
    ...(words.operation && { operation: words.operation }),
  };
}
