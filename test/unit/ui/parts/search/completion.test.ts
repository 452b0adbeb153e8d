import { describe, expect, it } from 'vitest';
import { jobSearchPlan } from '#src/ui/jobs/filter/filter-words.ts';
import { completed, completionAt, offersOf } from '#src/ui/parts/search/completion.ts';

const offers = (text: string, known: string[] = [], caret = text.length) => {
  const completion = completionAt(text, caret, jobSearchPlan);
  return completion ? offersOf(completion, known) : null;
};
const asked = (text: string) => completionAt(text, text.length, jobSearchPlan)?.ask ?? null;
const picked = (text: string, value: string, caret = text.length) => {
  const completion = completionAt(text, caret, jobSearchPlan);
  return completion && completed(text, completion, value);
};

describe('what is offered while one types', () => {
  it('is a key, or the word itself', () => {
    expect(offers('')).toContain('host');
    expect(offers('h')).toEqual(['host']);
    expect(offers('status:503 att')).toEqual(['attempts']);
    expect(offers('-')).toEqual(['host']);
    expect(offers('https://a')).toBeNull();
    expect(offers('"quoted')).toBeNull();
  });

  it('is a value of the key at the caret', () => {
    expect(offers('callback:f')).toEqual(['failed']);
    expect(offers('state:')).toContain('retrying');
    expect(asked('host:api')).toEqual({ of: 'host', text: 'api' });
    expect(asked('-host:api')).toEqual({ of: 'host', text: 'api' });
    expect(asked('key:')).toEqual({ of: 'apiKey', text: '' });
    expect(asked('attempts:')).toBeNull();
    expect(asked('nothing:x')).toBeNull();
    expect(offers('host:a x', ['api.test'], 6)).toEqual(['api.test']);
    expect(offers('host:api.test', ['api.test'])).toEqual([]);
    expect(offers('host:zz', ['api.test'])).toEqual([]);
  });

  it('is a path of the metadata, then a value at it', () => {
    expect(asked('meta.cus')).toEqual({ of: 'metadataPath', text: 'cus' });
    expect(offers('meta.cus', ['customer.id'])).toEqual(['meta.customer.id']);
    expect(asked('meta.customer.id:4')).toEqual({ of: 'metadataValue', path: 'customer.id', text: '4' });
    expect(asked('meta.a..b:4')).toBeNull();
  });
});

describe('what was picked', () => {
  it('stands in place of what was typed, with the caret behind it', () => {
    expect(picked('h', 'host')).toEqual(['host:', 5]);
    expect(picked('x h y', 'host', 3)).toEqual(['x host: y', 7]);
    expect(picked('host:ap', 'api.test')).toEqual(['host:api.test ', 14]);
    expect(picked('label:a foo', 'a b', 7)).toEqual(['label:"a b" foo', 12]);
    expect(picked('-ho', 'host')).toEqual(['-host:', 6]);
    expect(picked('me', 'meta.')).toEqual(['meta.', 5]);
    expect(picked('meta.f', 'meta.full name')).toEqual(['meta."full name":', 17]);
  });
});
