import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const folder = path.resolve(import.meta.dirname, '../../../src/store');

/** The names that stand right before their statements. */
function namesIn(file: string): string[] {
  const text = readFileSync(path.join(folder, file), 'utf8');
  return [...text.matchAll(/\b(?:run|query|send|look)(?:<[^(]*>)?\(\s*(?:\w+,\s*)?'([a-z0-9_]+)',/g)].map(
    ([, name = '']) => name,
  );
}

it('no two statements have the same name: a connection that has run one refuses the other', () => {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.startsWith('generated'))
    .flatMap((file) => namesIn(file).map((name) => ({ name, file })));
  expect(names.length).toBeGreaterThan(80);
  const twice = [...Map.groupBy(names, ({ name }) => name).values()].filter((same) => same.length > 1);
  expect(twice).toEqual([]);
});
