import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { Decision } from '#src/domain/decide/decision.ts';
import { response } from './outcomes.ts';
import { atRetry, httpDate, now, retries } from './retried.ts';

const guide = readFileSync(path.resolve(import.meta.dirname, '../../../../docs/retrying.md'), 'utf8').split('\n');
const left = response(429, { 'x-ratelimit-remaining-tokens': '800', 'x-ratelimit-reset-tokens': '6m59s' });
const half = { random: 0.5 };

it.each<[string, Decision]>([
  ['a limit with something left', atRetry('openai', '429#2', 0, left, 0.5)],
  ['its last retry', atRetry('openai', '429#2', 9, left, 0.5)],
  [
    'a reset that is sooner than the backoff',
    atRetry(
      'openai',
      '429#2',
      2,
      response(429, { 'x-ratelimit-remaining-tokens': '800', 'x-ratelimit-reset-tokens': '2s' }),
      0.5,
    ),
  ],
  [
    'a Retry-After later than the reset',
    retries(
      { '429': { strategy: 'headers', resetHeader: 'x-ratelimit-reset' } },
      response(429, { 'x-ratelimit-reset': '10', 'retry-after': '20' }),
      half,
    ),
  ],
  ['a Retry-After under a backoff', retries('openai', response(503, { 'retry-after': '30' }), half)],
  ['milliseconds', retries({ '529': {} }, response(529, { 'retry-after-ms': '2500' }), half)],
  ['a wait that is too long', retries('default', response(429, { 'retry-after': httpDate(now + 7_200_000) }), half)],
  ['x-should-retry: true', retries('openai', response(404, { 'x-should-retry': 'true' }), half)],
  ['x-should-retry: false', retries('openai', response(503, { 'x-should-retry': 'false' }), half)],
])('docs/retrying.md has the words of %s', (_, { why }) => {
  expect(guide).toContain(why);
});
