import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { issueWords } from '#src/contract/shape/issue-words.ts';

function words(schema: z.ZodType, value: unknown): string {
  const read = schema.safeParse(value);
  const issue = read.error?.issues[0];
  if (!issue) throw new Error('nothing is wrong with it');
  return issueWords(issue);
}

const states = z.enum(['queued', 'failed']);

describe('what is wrong with a field', () => {
  it.each<[string, z.ZodType, unknown]>([
    ['must be at most 100', z.int().max(100), 1_000],
    ['must be at least 1', z.int().min(1), 0],
    ['must be a number', z.number(), 'x'],
    ['must be a whole number', z.int(), 1.5],
    ['must be true or false', z.boolean(), 1],
    ['must be a list', z.array(z.string()), 'x'],
    ['must be an object', z.strictObject({}), []],
    ['must be at most 3 characters', z.string().max(3), 'abcd'],
    ['must be at most 1,000 entries', z.array(z.int()).max(1_000), Array(1_001).fill(1)],
    ['must be one of "queued", "failed"', states, 'done'],
    ['must be one of "queued", "failed", or a list', z.union([states, z.array(states)]), 'done'],
    ['must be a UUID', z.uuid(), '7'],
    [
      'must be an ISO 8601 date with time and offset, like "2026-12-01T09:00:00Z"',
      z.iso.datetime({ offset: true }),
      'yesterday',
    ],
    ['is missing: it must be a string', z.string(), undefined],
    ['must be nice', z.string({ error: 'must be nice.' }), 7],
  ])('%s', (said, schema, value) => {
    expect(words(schema, value)).toBe(said);
  });
});
