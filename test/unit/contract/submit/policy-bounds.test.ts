import { describe, expect, it } from 'vitest';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { parseSubmit } from '#src/contract/submit/parse-submit.ts';

function refusalOf(input: object): Refusal {
  try {
    parseSubmit({ url: 'https://api.example.com/', ...input });
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

const long = '401,'.repeat(100_000);
const rules = Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`${i}`, { limit: 1 }]));

describe('a policy with a text that is too long is refused by name', () => {
  it.each([
    ['accept', { accept: `${long}404` }, 'accept', 'at most 256 characters'],
    ['a pattern of a list', { retry: [{ when: `${long}404` }] }, 'retry.0', 'at most 256 characters'],
    [
      'a pointer',
      { retry: { '200': { bodyMatches: { pointer: '/a'.repeat(1_000), value: 1 } } } },
      'retry.200.bodyMatches.pointer',
      'at most 256 characters',
    ],
    [
      'a value',
      { retry: { '200': { bodyMatches: { pointer: '/a', value: 'x'.repeat(5_000) } } } },
      'retry.200.bodyMatches.value',
      'at most 4,096 characters',
    ],
    [
      'values',
      { retry: { '200': { bodyMatches: { pointer: '/a', anyOf: ['x'.repeat(5_000)] } } } },
      'retry.200.bodyMatches.anyOf',
      'at most 4,096 characters',
    ],
    [
      'no value',
      { retry: { '200': { bodyMatches: { pointer: '/a', anyOf: [] } } } },
      'retry.200.bodyMatches.anyOf',
      'must hold 1 to 32 values',
    ],
    [
      'a condition without a value',
      { retry: [{ when: '200', bodyMatches: { pointer: '/a' } }] },
      'retry.0.bodyMatches',
      '{ pointer, value } or { pointer, anyOf: [values] }',
    ],
    [
      'a condition with both',
      { retry: [{ when: '200', bodyMatches: { pointer: '/a', value: 1, anyOf: [1] } }] },
      'retry.0.bodyMatches',
      '{ pointer, value } or { pointer, anyOf: [values] }',
    ],
    ['many rules', { retry: rules }, 'retry', 'at most 64 rules'],
    [
      'a status of giveUpOn',
      { callback: { url: 'https://app.example.com/', retry: { giveUpOn: [`${long}404`] } } },
      'callback.retry.giveUpOn.0',
      'at most 256 characters',
    ],
  ])('%s', (_, input, field, words) => {
    const refusal = refusalOf(input);
    expect(refusal.field).toBe(field);
    expect(refusal.message).toContain(words);
  });

  it('the longest that may be are taken', () => {
    const accept = Array.from({ length: 64 }, () => '200').join(',');
    expect(accept.length).toBe(255);
    expect(parseSubmit({ url: 'https://api.example.com/', accept }).policy.accept.text).toBe(accept);
    const value = 'x'.repeat(4_094);
    const rule = { bodyMatches: { pointer: `/${'a'.repeat(255)}`, value } };
    expect(parseSubmit({ url: 'https://api.example.com/', retry: { '200': rule } }).policy.rules).toHaveLength(1);
  });
});

describe('a refusal does not repeat a long input', () => {
  it.each([
    ['a field that is not known', { ['x'.repeat(1_000_000)]: 1 }],
    ['a preset that is not known', { retry: 'y'.repeat(1_000_000) }],
    ['a pattern that cannot be read', { retry: { ['z'.repeat(1_000_000)]: {} } }],
    ['a method', { method: 'm'.repeat(1_000_000) }],
    ['a header', { headers: { ['h '.repeat(500_000)]: 'v' } }],
    ['a label', { labels: ['l'.repeat(1_000_000)] }],
  ])('%s', (_, input) => {
    const refusal = refusalOf(input);
    expect(refusal.message.length).toBeLessThan(2_100);
    expect(refusal.field?.length).toBeLessThan(310);
  });
});
