import { endpointEvents } from '#src/contract/endpoint/endpoint.ts';
import type { DeliveryFilterInput } from '#src/contract/event/delivery-filter.ts';
import { deliveryFailureWords, isDeliveryStatus, openDeliveryStates } from '#src/contract/event/delivery-words.ts';
import { asyncJobEvents, responseEvents } from '#src/contract/event/event-names.ts';
import { type DeliveryState, deliveryStates } from '#src/domain/decide/job-state.ts';
import { readLimits } from '#src/domain/limits.ts';
import { type IdPrefix, parseId } from '#src/domain/text/id.ts';
import { lowerCase, readOneOf, readStatusOf, readText } from './field-readers.ts';
import type { SearchField, SearchGrammar } from './search-grammar.ts';

/** Words for several states at once: of all deliveries that have not ended, and of those that wait for an attempt. */
const manyStates = { open: openDeliveryStates, waiting: ['pending', 'retrying'] } as const;

/** What the filter `state` takes in a search box: a state, or a word for several. */
export const deliveryStateWords = ['open', 'waiting', ...deliveryStates] as const;

/** See `deliveryStateWords`. */
export type DeliveryStateWord = (typeof deliveryStateWords)[number];

/** Types of events that deliveries have. */
export const deliveryTypes: readonly string[] = [
  ...endpointEvents,
  ...responseEvents,
  ...asyncJobEvents,
  'endpoint.test',
];

const readId =
  (prefix: IdPrefix, what: string): SearchField['read'] =>
  (value) => {
    const id = value.trim().toLowerCase();
    return parseId(prefix, id) === null ? { allowed: `the whole id of ${what}, ${prefix}_…` } : { value: id };
  };

const readOrigin: SearchField['read'] = (value) => {
  const [, origin = ''] = /^(https?:\/\/[^/?#\s]+)\/?$/.exec(value.trim().toLowerCase()) ?? [];
  return origin !== '' && origin.length <= readLimits.originLength
    ? { value: origin }
    : { allowed: 'an origin such as https://app.example.com, without a path' };
};

/** The filters of deliveries, in the order in which they are written. */
const fields = [
  { name: 'state', key: 'state', read: readOneOf(deliveryStateWords, { sending: 'in_progress' }) },
  { name: 'endpoint', key: 'endpoint', read: readText(readLimits.idLength, lowerCase) },
  { name: 'type', key: 'type', read: readOneOf(deliveryTypes) },
  { name: 'status', key: 'status', read: readStatusOf(isDeliveryStatus, Object.keys(deliveryFailureWords)) },
  { name: 'job', key: 'job', read: readId('job', 'a job') },
  { name: 'origin', key: 'origin', read: readOrigin },
  { name: 'operation', key: 'operation', read: readId('op', 'an operation') },
  { name: 'failure', key: 'failure', read: readText(readLimits.failureLength) },
] as const satisfies readonly SearchField[];

/** Filters of deliveries that are written in a search box, without text. */
export type DeliverySearchName = (typeof fields)[number]['name'];

/** What the search box of deliveries takes. */
export const deliveryGrammar: SearchGrammar = { fields, negated: {}, metadata: false };

/** Filters of deliveries as people write them; empty: none. */
export type DeliveryWords = Record<DeliverySearchName, string> & { text: string };

/** Returns the filter as the API takes it. Words must have been read by the grammar. */
export function deliveryFilterOfWords(words: DeliveryWords): DeliveryFilterInput {
  const { state, text, endpoint, type, status, job, origin, operation, failure } = words;
  return {
    ...(state && { state: statesOf(state) }),
    ...(text && { text }),
    ...(endpoint && { endpoint }),
    ...(type && { type }),
    ...(status && { status }),
    ...(job && { jobId: job }),
    ...(origin && { origin }),
    ...(operation && { operation }),
    ...(failure && { failure }),
  };
}

function statesOf(word: string): DeliveryState | DeliveryState[] {
  return word === 'open' || word === 'waiting' ? [...manyStates[word]] : (word as DeliveryState);
}
