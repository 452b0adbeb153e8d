import type { z } from 'zod';
import { Refusal } from './error-code.ts';
import { issueWords } from './issue-words.ts';

/**
 * Reads a value by its schema. Throws a Refusal for the first error: `unknown_field`, or `invalid_input` with the
 * schema's message. `at` is the path of the value in the input.
 */
export function readShape<T>(schema: z.ZodType<T>, value: unknown, at = ''): T {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const issue = read.error.issues[0];
  if (issue === undefined) throw new Refusal('invalid_input', `${subject(at)} cannot be read.`, at);
  const path = [...(at === '' ? [] : [at]), ...issue.path.map(String)].join('.');
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0] ?? '';
    const field = path === '' ? key : `${path}.${key}`;
    throw new Refusal('unknown_field', `\`${field}\` is not a known field. Remove it or correct its name.`, field);
  }
  throw new Refusal('invalid_input', `${subject(path)} ${issueWords(issue)}.`, path);
}

/** Returns a Refusal whose message begins with the field's name. */
export function refuse(code: Refusal['code'], field: string, rule: string): Refusal {
  return new Refusal(code, `${subject(field)} ${rule}`, field);
}

/** Returns true for objects that are neither null nor a list. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function subject(path: string): string {
  return path === '' ? 'The input' : `\`${path}\``;
}

/** What is said of a number that JavaScript would change, after the field's name. */
export const inexactRule = 'holds a number with more digits than a double keeps. Send it as text.';
