import { failureWords } from '#src/contract/job/failure-words.ts';
import type { JobFilterInput } from '#src/contract/job/job-filter-input.ts';
import { type CallbackWord, callbackWords } from '#src/contract/job/job-filter-words.ts';
import { type JobState, jobStates } from '#src/domain/decide/job-state.ts';
import { flowLimits, gatewayLimits, limits, projectLimits, readLimits } from '#src/domain/limits.ts';
import { lowerCase, readOneOf, readRangeOf, readStatusOf, readText } from './field-readers.ts';
import { readWordRange } from './range-words.ts';
import type { SearchField, SearchGrammar } from './search-grammar.ts';

/** Returns whether a text is a status, a class of statuses, or a word for a kind of failure. */
export function isStatusFilter(word: string): boolean {
  return /^[1-9](\d\d|xx)$/.test(word) || Object.hasOwn(failureWords, word);
}

/** Words that people use for the states of a callback. */
const callbackAliases = { waiting: 'pending', sending: 'in_progress', missing: 'none' } as const;

/** The filters of jobs, in the order in which they are written. */
export const jobSearchFields = [
  { name: 'state', key: 'state', read: readOneOf(jobStates) },
  { name: 'status', key: 'status', read: readStatusOf(isStatusFilter, Object.keys(failureWords)) },
  { name: 'host', key: 'host', read: readText(readLimits.hostLength, lowerCase) },
  { name: 'label', key: 'label', read: readText(limits.labelLength) },
  { name: 'method', key: 'method', read: readText(limits.methodLength, (value) => value.toUpperCase()) },
  { name: 'callback', key: 'callback', read: readOneOf(callbackWords, callbackAliases) },
  { name: 'endpoint', key: 'endpoint', read: readText(readLimits.idLength, lowerCase) },
  {
    name: 'attempts',
    key: 'attempts',
    read: readRangeOf('number', 'a number or a range of attempts, such as 3, >=3, <=5 or 3..5'),
  },
  {
    name: 'duration',
    key: 'duration',
    read: readRangeOf('duration', 'a duration or a range, such as >5s, <=500ms, 1m..5m'),
  },
  { name: 'flow', key: 'flow', read: readText(flowLimits.keyLength) },
  { name: 'upstream', key: 'upstream', read: readText(readLimits.idLength, lowerCase) },
  { name: 'model', key: 'model', read: readText(gatewayLimits.modelLength) },
  { name: 'key', key: 'key', read: readText(projectLimits.nameLength) },
  { name: 'failure', key: 'failure', read: readText(readLimits.failureLength) },
  { name: 'rerunOf', key: 'rerun-of', read: readText(readLimits.idLength, lowerCase) },
  { name: 'operation', key: 'operation', read: readText(readLimits.idLength, lowerCase) },
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
