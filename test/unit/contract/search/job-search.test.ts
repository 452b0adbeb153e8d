import { describe, expect, it } from 'vitest';
import { failureWords } from '#src/contract/job/failure-words.ts';
import { callbackWords, durationMs, durationWord } from '#src/contract/job/job-filter-words.ts';
import { deliveryGrammar } from '#src/contract/search/delivery-grammar.ts';
import { type JobWords, jobFilterOf, jobGrammar, jobSearchFields } from '#src/contract/search/job-search.ts';
import { readWordRange, wordRangeText } from '#src/contract/search/range-words.ts';
import { formatSearch, readSearch, type SearchWords } from '#src/contract/search/search-grammar.ts';
import { jobErrorCodes } from '#src/domain/decide/decision.ts';
import { jobStates } from '#src/domain/decide/job-state.ts';
import { formatMetadataMatch } from '#src/domain/text/metadata-path.ts';
import { seeded } from '#test/support/seeded.ts';

const read = (text: string) => readSearch(text, jobGrammar);
const problems = (text: string) => read(text).problems.map(({ message }) => message);

describe('a search box', () => {
  it('reads filters, metadata and text in any order', () => {
    const text =
      'status:503 first host:API.example.com label:billing attempts:>=3 duration:>5s callback:failed meta.customer.id:42 flow:x "free text"';
    expect(read(text)).toEqual({
      words: {
        ...{ status: '503', host: 'api.example.com', label: 'billing', attempts: '>=3', duration: '>=5001ms' },
        ...{ callback: 'failed', flow: 'x', text: 'first free text' },
      },
      metadata: ['customer.id=42'],
      problems: [],
    });
  });

  it.each([
    ['label:"a b"', { label: 'a b', text: '' }],
    ['label:"say \\"hi\\" \\\\ there"', { label: 'say "hi" \\ there', text: '' }],
    ['label:a"b c"d', { label: 'ab cd', text: '' }],
    ['label:"not closed', { label: 'not closed', text: '' }],
    ['failure:"api.example.com 503:5xx"', { failure: 'api.example.com 503:5xx', text: '' }],
    ['-host:localhost method:post', { notHost: 'localhost', method: 'POST', text: '' }],
    ['HOST:a STATE:Failed', { host: 'a', state: 'failed', text: '' }],
    ['callback:waiting', { callback: 'pending', text: '' }],
    ['attempts:>3', { attempts: '>=4', text: '' }],
    ['attempts:<3', { attempts: '<=2', text: '' }],
    ['attempts:2..4', { attempts: '2..4', text: '' }],
    ['duration:60s..1.5h', { duration: '1m..90m', text: '' }],
    ['https://api.example.com/v1?a=b', { text: 'https://api.example.com/v1?a=b' }],
    ['at 10:30 -x', { text: 'at 10:30 -x' }],
    ['"status:503"', { text: 'status:503' }],
    ['  ', { text: '' }],
  ])('reads %s', (text, words) => {
    expect(read(text)).toEqual({ words, metadata: [], problems: [] });
  });

  it.each(jobErrorCodes)('finds jobs that failed as %s, and deliveries too', (code) => {
    expect(failureWords[code]).toContain(code);
    expect(read(`status:${code}`)).toEqual({ words: { status: code, text: '' }, metadata: [], problems: [] });
    expect(readSearch(`status:${code}`, deliveryGrammar).problems).toEqual([]);
  });

  it.each([
    ['meta.note:"a = b"', ['note=a = b']],
    ['meta.a\\.b.c:1', ['a\\.b.c=1']],
    ['meta."full name":x meta.n:""', ['full name=x', 'n=']],
  ])('reads the metadata %s', (text, metadata) => {
    expect(read(text)).toEqual({ words: { text: '' }, metadata, problems: [] });
  });

  it.each([
    ['hots:a', 'There is no filter hots. Did you mean host?'],
    ['localhost:4600', 'The filters are state, status, host,'],
    ['localhost:4600', 'put it in quotes'],
    ['status:5000', 'status must be a status such as 404'],
    ['status:timeot', 'did you mean timeout?'],
    ['state:done', 'state must be one of scheduled, queued'],
    ['callback:deliverd', 'did you mean delivered?'],
    ['attempts:many', 'such as 3, >=3, <=5 or 3..5'],
    ['attempts:5..3', 'attempts must be'],
    ['attempts:<0', 'attempts must be'],
    ['duration:>5y', 'duration must be a duration or a range, such as >5s'],
    ['host:', 'What should host be?'],
    ['label:a label:b', 'label can be given once.'],
    ['-host:a -host:b', '-host can be given once.'],
    ['-label:a', 'label cannot be excluded; only this can: -host:…'],
    ['-meta.a:1', 'Metadata cannot be excluded.'],
    ['meta.a..b:1', 'such as meta.customer.id:42'],
    ['meta.a:1 meta.a:1', 'asked for twice'],
    ['meta.a:1 meta.a:2 meta.a:3 meta.a:4 meta.a:5 meta.a:6', 'At most 5 values'],
    [`label:${'x'.repeat(65)}`, 'label must be a text of 1 to 64 characters'],
    ['x'.repeat(201), 'at most 200 characters'],
  ])('says what is wrong with %s', (text, words) => {
    expect(problems(text).join('\n')).toContain(words);
  });

  it('names the place of what is wrong, and reads the rest', () => {
    const { words, problems: found } = read('status:503 hots:a x');
    expect(words).toEqual({ status: '503', text: 'x' });
    expect(found).toEqual([{ message: expect.any(String), start: 11, end: 17 }]);
  });
});

describe('writing and reading again', () => {
  it('leads to the same filters, whatever they are', () => {
    const random = seeded(20_261_129);
    for (let round = 0; round < 3_000; round++) {
      const { words, metadata } = randomSearch(random);
      const text = formatSearch(words, metadata, jobGrammar);
      expect(read(text), text).toEqual({ words, metadata, problems: [] });
      const again = read(text);
      expect(formatSearch(again.words, again.metadata, jobGrammar)).toBe(text);
    }
  });

  it('of any text whatever: what was read once is read the same again', () => {
    const random = seeded(7);
    const alphabet = ['a', 'B', ' ', '"', '\\', ':', '-', '.', '=', '>', 'status', 'meta.', 'host', '5xx', '//', 'é'];
    for (let round = 0; round < 5_000; round++) {
      const text = Array.from({ length: random(12) }, () => alphabet[random(alphabet.length)]).join('');
      const { words, metadata } = read(text);
      const again = read(formatSearch(words, metadata, jobGrammar));
      expect(again, text).toEqual({ words, metadata, problems: [] });
    }
  });

  it.each([0, 1, 999, 1_000, 5_001, 90_000, 3_600_000, 31_536_000_000])('keeps a duration of %d ms', (ms) => {
    expect(durationMs(durationWord(ms))).toBe(ms);
    for (const range of [
      { min: ms, max: null },
      { min: null, max: ms },
      { min: ms, max: ms },
    ])
      expect(readWordRange(wordRangeText(range, 'duration'), 'duration')).toEqual(range);
  });

  it.each(['1..', '..1', '>=', '1.5', '-1', '>=1..2', '366d', '1e3'])('%s is no range of numbers', (text) => {
    expect(readWordRange(text, 'number')).toBeNull();
  });
});

it('words become a filter of the API', () => {
  const empty = Object.fromEntries(jobSearchFields.map(({ name }) => [name, '']));
  const none = { ...empty, notHost: '', text: '', metadata: [] } as unknown as JobWords;
  expect(jobFilterOf(none)).toEqual({});
  const words = { ...none, attempts: '2..4', duration: '<=5s', key: 'nightly', callback: 'none', metadata: ['a=1'] };
  expect(jobFilterOf(words)).toEqual({
    ...{ attemptsMin: 2, attemptsMax: 4, durationMax: 5_000, apiKey: 'nightly', callback: 'none', metadata: ['a=1'] },
  });
  expect(jobFilterOf({ ...none, key: 'key_1' })).toEqual({ apiKeyId: 'key_1' });
});

function randomSearch(random: (below: number) => number): { words: SearchWords; metadata: string[] } {
  const pick = <T>(from: readonly T[]): T => from[random(from.length)] as T;
  const alphabet = 'abcXYZ019 .:"\\=-/_>€é[]\'';
  const some = (most: number) =>
    Array.from({ length: 1 + random(most) }, () => pick([...alphabet]))
      .join('')
      .trim() || 'x';
  const lower = () => some(8).toLowerCase();
  const range = (unit: 'number' | 'duration') => {
    const low = random(20);
    const bounds = pick([
      { min: low, max: null },
      { min: null, max: low },
      { min: low, max: low + random(3) },
    ]);
    return wordRangeText(bounds, unit);
  };
  const make: Record<string, () => string> = {
    ...{ state: () => pick(jobStates), status: () => pick(['404', '5xx', 'timeout']), host: lower, notHost: lower },
    ...{ label: () => some(10), method: () => some(4).toUpperCase(), callback: () => pick(callbackWords) },
    ...{ attempts: () => range('number'), duration: () => range('duration'), flow: () => some(8), upstream: lower },
    ...{ model: () => some(8), key: () => some(8), failure: () => some(12), rerunOf: lower },
  };
  const words: SearchWords = { text: random(2) === 0 ? '' : some(14) };
  for (const [name, value] of Object.entries(make)) if (random(4) === 0) words[name] = value();
  const metadata = Array.from({ length: random(4) }, () =>
    formatMetadataMatch({ path: Array.from({ length: 1 + random(3) }, () => some(5)), value: pick(['', some(6)]) }),
  );
  return { words, metadata: [...new Set(metadata)] };
}
