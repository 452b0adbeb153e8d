import { expect, it } from 'vitest';
import { paletteValue, rankEntry, searchWords } from '#src/ui/shell/palette/palette-rank.ts';

const job = paletteValue('Completed', 'job_01m8djwkd1fxe83qtm8armzgzk POST https://api.example.com/v1/dataraker');

it('finds words by letters in their order, in any case', () => {
  expect(rankEntry(paletteValue('Theme dark switch'), 'dark')).toBeGreaterThan(0);
  expect(rankEntry(paletteValue('Theme dark switch'), 'thdrk')).toBeGreaterThan(0);
  expect(rankEntry(paletteValue('Jobs'), 'dark')).toBe(0);
});

it('finds an id or a URL by a part of it, never by letters scattered over it', () => {
  expect(rankEntry(job, 'dark')).toBe(0);
  expect(rankEntry(job, 'E83QTM')).toBeGreaterThan(0);
  expect(rankEntry(job, 'example.com/v1')).toBeGreaterThan(0);
  expect(rankEntry(paletteValue('Project Acme switch', 'prj_0d1a2r3k4'), 'dark')).toBe(0);
});

it('offers the search of jobs whatever is typed, behind all else', () => {
  const search = rankEntry(searchWords, 'zzz');
  expect(search).toBeGreaterThan(0);
  expect(rankEntry(paletteValue('Theme dark switch'), 'thdrk')).toBeGreaterThan(search);
  expect(rankEntry(job, 'e83')).toBeGreaterThan(search);
});
