import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');
const page = 'docs/promises.md';

type Row = { promise: string; saidIn: string; tests: { title: string; file: string }[] };

/** The rows of all tables, without their heads. */
function rowsOf(text: string): Row[] {
  return text
    .split('\n')
    .filter((line) => /^\| (?!---|promise )/.test(line))
    .map((line) => {
      const [promise = '', saidIn = '', shownBy = ''] = line.slice(2, -2).split(' | ');
      const links = [...shownBy.matchAll(/\[([^\]]+)\]\(\.\.\/([^)]+)\)/g)];
      return { promise, saidIn, tests: links.map(([, title = '', file = '']) => ({ title, file })) };
    });
}

/** What is wrong with the tests of a row; empty: nothing. */
function faultsOf({ promise, saidIn, tests }: Row): string[] {
  if (tests.length === 0) return [`${promise}: no test shows it`];
  if (!/\]\([^)]+\)/.test(saidIn)) return [`${promise}: it is said nowhere`];
  return tests.flatMap(({ title, file }) => {
    if (!/^test\/.+\.test\.tsx?$/.test(file) || !existsSync(path.join(root, file))) return [`${file} is no test`];
    return read(file).replaceAll("\\'", "'").includes(title) ? [] : [`${file} has no test "${title}"`];
  });
}

test('every promise is shown by a test that is there, under the title that the page names', () => {
  const rows = rowsOf(read(page));
  expect(rows.length).toBeGreaterThan(60);
  expect(rows.flatMap(faultsOf)).toEqual([]);
});

test('a promise without a test, and a title that no test has, are found', () => {
  const row = { promise: 'Nothing is lost', saidIn: '[README](../README.md)' };
  expect(faultsOf({ ...row, tests: [] })).toEqual(['Nothing is lost: no test shows it']);
  const [file, gone] = ['test/unit/promises.test.ts', 'test/unit/gone.test.ts'];
  const title = ['a test that', 'nobody wrote'].join(' ');
  expect(faultsOf({ ...row, tests: [{ title, file }] })).toEqual([`${file} has no test "${title}"`]);
  expect(faultsOf({ ...row, tests: [{ title: 'any', file: gone }] })).toEqual([`${gone} is no test`]);
  expect(faultsOf({ ...row, saidIn: '', tests: [{ title: 'every promise', file }] })).toEqual([
    'Nothing is lost: it is said nowhere',
  ]);
});
