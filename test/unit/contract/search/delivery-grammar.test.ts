import { describe, expect, it } from 'vitest';
import { deliveryFilterInput } from '#src/contract/event/delivery-filter.ts';
import { deliveryFailureWords } from '#src/contract/event/delivery-words.ts';
import {
  type DeliveryWords,
  deliveryFilterOfWords,
  deliveryGrammar,
  deliveryStateWords,
  deliveryTypes,
} from '#src/contract/search/delivery-grammar.ts';
import { filterNamesOf, formatSearch, readSearch, type SearchWords } from '#src/contract/search/search-grammar.ts';
import { deliveryStates } from '#src/domain/decide/job-state.ts';
import { formatId } from '#src/domain/text/id.ts';
import { seeded } from '#test/support/seeded.ts';

const read = (text: string) => readSearch(text, deliveryGrammar);
const job = formatId('job', '01938b6e-5c00-7000-8000-0000000000aa');
const operation = formatId('op', '01938b6e-5c00-7000-8000-0000000000bb');

describe('the search box of deliveries', () => {
  it('reads filters and text in any order', () => {
    const text = `state:open hook endpoint:Billing status:5xx type:job.failed job:${job} origin:https://app.example.com failure:"app.example.com 503:5xx" "two words"`;
    expect(read(text)).toEqual({
      words: {
        ...{ state: 'open', endpoint: 'billing', status: '5xx', type: 'job.failed', job },
        ...{ origin: 'https://app.example.com', failure: 'app.example.com 503:5xx', text: 'hook two words' },
      },
      metadata: [],
      problems: [],
    });
  });

  it.each([
    ['state:waiting', { state: 'waiting', text: '' }],
    ['STATE:Sending', { state: 'in_progress', text: '' }],
    ['status:endpoint_deleted', { status: 'endpoint_deleted', text: '' }],
    ['endpoint:END_0abc', { endpoint: 'end_0abc', text: '' }],
    ['origin:HTTPS://App.example.com:8443/', { origin: 'https://app.example.com:8443', text: '' }],
    [`job:${job.toUpperCase()}`, { job, text: '' }],
    [`operation:${operation}`, { operation, text: '' }],
    ['type:Endpoint.test', { type: 'endpoint.test', text: '' }],
    ['https://app.example.com/hook', { text: 'https://app.example.com/hook' }],
    ['evt_01k9z3', { text: 'evt_01k9z3' }],
    ['"state:failed"', { text: 'state:failed' }],
  ])('reads %s', (text, words) => {
    expect(read(text)).toEqual({ words, metadata: [], problems: [] });
  });

  it.each([
    ['sate:failed', 'There is no filter sate. Did you mean state?'],
    ['host:a', 'The filters are state, endpoint, type, status, job, origin, operation, failure.'],
    ['meta.customer.id:42', 'There is no filter meta.customer.id.'],
    ['state:done', 'state must be one of open, waiting, pending, in_progress'],
    ['state:deliverd', 'did you mean delivered?'],
    ['type:job.faild', 'did you mean job.failed?'],
    ['status:endpoint_delete', 'did you mean endpoint_deleted?'],
    ['status:4000', 'status must be a status such as 404'],
    ['job:job_1', 'job must be the whole id of a job, job_…'],
    [`job:${job.replace('job', 'dlv')}`, 'job must be the whole id of a job'],
    ['operation:op_1', 'operation must be the whole id of an operation, op_…'],
    ['origin:https://app.example.com/hook', 'origin must be an origin such as https://app.example.com, without a path'],
    ['origin:app.example.com', 'origin must be an origin'],
    [`origin:https://${'a'.repeat(300)}`, 'origin must be an origin'],
    [`endpoint:${'x'.repeat(65)}`, 'endpoint must be a text of 1 to 64 characters'],
    ['-endpoint:a', 'endpoint cannot be excluded; nothing can.'],
    ['endpoint:', 'What should endpoint be?'],
    ['endpoint:a endpoint:b', 'endpoint can be given once.'],
  ])('says what is wrong with %s', (text, words) => {
    expect(
      read(text)
        .problems.map(({ message }) => message)
        .join('\n'),
    ).toContain(words);
  });

  it('writes what it reads, so that the same filters come back, and the API takes them', () => {
    const random = seeded(20_261_130);
    const kinds = new Set<string>();
    for (let round = 0; round < 2_000; round++) {
      const words = randomWords(random);
      const text = formatSearch(words, [], deliveryGrammar);
      expect(read(text), text).toEqual({ words, metadata: [], problems: [] });
      const filter = deliveryFilterOfWords({ ...none, ...words });
      expect(deliveryFilterInput.safeParse(filter).error, text).toBeUndefined();
      for (const name of Object.keys(filter)) kinds.add(name);
    }
    expect([...kinds].toSorted()).toEqual(
      ['endpoint', 'failure', 'jobId', 'origin', 'state', 'status', 'text', 'type', 'operation'].toSorted(),
    );
  });
});

const none = {
  ...Object.fromEntries(filterNamesOf(deliveryGrammar).map((name) => [name, ''])),
  text: '',
} as DeliveryWords;

it('words become a filter of the API', () => {
  expect(deliveryFilterOfWords(none)).toEqual({});
  expect(deliveryFilterOfWords({ ...none, state: 'waiting' })).toEqual({ state: ['pending', 'retrying'] });
  expect(deliveryFilterOfWords({ ...none, state: 'open' })).toEqual({ state: ['pending', 'in_progress', 'retrying'] });
  for (const state of deliveryStates) expect(deliveryFilterOfWords({ ...none, state })).toEqual({ state });
  expect(deliveryFilterOfWords({ ...none, endpoint: 'billing', job, status: '404', text: 'x' })).toEqual({
    ...{ endpoint: 'billing', jobId: job, status: '404', text: 'x' },
  });
});

function randomWords(random: (below: number) => number): SearchWords {
  const pick = <T>(from: readonly T[]): T => from[random(from.length)] as T;
  const some = (most: number) =>
    Array.from({ length: 1 + random(most) }, () => pick([...'abcXYZ019 .:"\\=-/_>€é[]\'']))
      .join('')
      .trim() || 'x';
  const make: Record<string, () => string> = {
    ...{
      state: () => pick(deliveryStateWords),
      type: () => pick(deliveryTypes),
      job: () => job,
      operation: () => operation,
    },
    ...{ status: () => pick(['404', '5xx', ...Object.keys(deliveryFailureWords)]), failure: () => some(12) },
    ...{
      endpoint: () => some(8).toLowerCase(),
      origin: () => `http${pick(['', 's'])}://${pick(['a.test', '[::1]:80'])}`,
    },
  };
  const words: SearchWords = { text: random(2) === 0 ? '' : some(14) };
  for (const [name, value] of Object.entries(make)) if (random(3) === 0) words[name] = value();
  return words;
}
