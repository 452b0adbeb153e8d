import { expect, it } from 'vitest';
import { limitHeader, readLeft } from '#src/domain/upstream/limit-headers.ts';

it.each([
  ...['retry-after', 'retry-after-ms', 'ratelimit', 'ratelimit-policy', 'ratelimit-reset', 'x-ratelimit-limit'],
  ...['x-ratelimit-remaining-tokens', 'anthropic-ratelimit-input-tokens-reset', 'x-rate-limit-remaining'],
])('%s tells of a rate limit', (name) => expect(name).toMatch(limitHeader));

it.each(['retry', 'x-retry-after-all', 'rate', 'x-rated', 'content-type', 'x-limit'])('%s does not', (name) =>
  expect(name).not.toMatch(limitHeader),
);

type Case = [what: string, headers: Record<string, string>, requests: unknown, tokens: unknown];

it.each<Case>([
  [
    "OpenAI's",
    {
      ...{ 'x-ratelimit-limit-requests': '500', 'x-ratelimit-remaining-requests': '499' },
      ...{ 'x-ratelimit-limit-tokens': '30000', 'x-ratelimit-remaining-tokens': '0' },
    },
    { left: 499, of: 500 },
    { left: 0, of: 30_000 },
  ],
  [
    "Anthropic's, the limit of all tokens first",
    {
      ...{ 'anthropic-ratelimit-requests-limit': '50', 'anthropic-ratelimit-requests-remaining': '49' },
      ...{ 'anthropic-ratelimit-output-tokens-remaining': '7', 'anthropic-ratelimit-tokens-remaining': '900' },
      ...{ 'anthropic-ratelimit-tokens-limit': '1000' },
    },
    { left: 49, of: 50 },
    { left: 900, of: 1_000 },
  ],
  [
    'those of the IETF’s draft',
    { ratelimit: '"burst";r=7;t=30', 'ratelimit-policy': '"burst";q=100;w=60' },
    { left: 7, of: 100 },
    null,
  ],
  ['the older draft in one header', { ratelimit: 'limit=10, remaining=3, reset=5' }, { left: 3, of: 10 }, null],
  [
    'the older draft in three headers, without a reset',
    { 'ratelimit-limit': '100, 100;w=60', 'ratelimit-remaining': '59' },
    { left: 59, of: 100 },
    null,
  ],
  ['what says no limit', { 'x-ratelimit-remaining': '12' }, { left: 12, of: null }, null],
  ['what cannot be read', { 'x-ratelimit-remaining': 'plenty', ratelimit: 'none' }, null, null],
  ['a wait alone', { 'retry-after': '3' }, null, null],
])('%s are read', (_what, headers, requests, tokens) => {
  expect(readLeft(Object.entries(headers))).toEqual({ requests, tokens });
});
