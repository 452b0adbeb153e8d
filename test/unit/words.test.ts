import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const files = execFileSync(
  'git',
  ['ls-files', '--cached', '--others', '--exclude-standard', 'src', 'e2e', 'docs', '*.md'],
  {
    cwd: root,
    encoding: 'utf8',
  },
)
  .split('\n')
  .filter((file) => /\.(md|ts|tsx|json)$/.test(file) && !file.startsWith('src/store/generated/'));

/** Words after which `try` and `tries` are a noun. */
const before =
  'the|an?|each|every|this|that|these|those|next|last|first|second|third|one|another|no|its|their|between|later|\\d+';
const verbs = '(?!\\s+(?:\\* )?(?:again|it|to|one|all|passwords|the lock|a delivery)\\b)';

/** Returns the places at which a text calls an attempt a try. */
function triesIn(text: string): string[] {
  const nouns = `\\b(?:${before}) (?:try|tries)\\b(?!-)${verbs}|\\btries\\b${verbs}|\\bTry (?:\\d|$)`;
  return [...text.matchAll(new RegExp(nouns, 'gi'))].map(([found]) => found);
}

const written = [
  /\/\*[\s\S]*?\*\//,
  /(?<![:'"`])\/\/ .*/,
  /'(?:[^'\\\n]|\\.)*'/,
  /"(?:[^"\\\n]|\\.)*"/,
  /`(?:[^`\\]|\\.)*`/,
];
const betweenTags = /(?<=[>}])[^<>={}();]+(?=[<{])/;

/** Returns what people read of a file: of code the comments, the strings and the texts between tags. */
function proseOf(file: string, text: string): string[] {
  if (file.endsWith('.md')) return [text.replaceAll(/```[\s\S]*?```|`[^`\n]*`/g, '')];
  if (file.endsWith('.json')) return [text];
  const kinds = file.endsWith('.tsx') ? [...written, betweenTags] : written;
  const parts = text.matchAll(new RegExp(kinds.map(({ source }) => source).join('|'), 'g'));
  // The field `tries` and the names of modules are code, also in a string.
  return [...parts].flatMap(([part]) =>
    /^.(tries|(#src|\.)\/.*)'$/.test(part) ? [] : part.replaceAll(/`tries`|\$\{[^{}]*\}/g, '0'),
  );
}

describe('an attempt is called an attempt', () => {
  it.each([
    'The last try: 503',
    'Made anew for each try',
    '3 tries',
    'Try 2',
    'Too many tries.',
    'Tries',
    '/** Lists the tries. */',
  ])('and not as in: %s', (text) => {
    expect(triesIn(text)).not.toEqual([]);
  });

  it.each(['Try again', 'Try now', 'the sender tries again', 'Tries to take the lock', 'however many try at once'])(
    'while a verb stays: %s',
    (text) => {
      expect(triesIn(text)).toEqual([]);
    },
  );

  test('in every page, guide, message and comment', () => {
    expect(files.length).toBeGreaterThan(500);
    const found = files.flatMap((file) =>
      proseOf(file, readFileSync(path.join(root, file), 'utf8'))
        .flatMap(triesIn)
        .map((words) => `${file}: ${words}`),
    );
    expect(found).toEqual([]);
  });
});
