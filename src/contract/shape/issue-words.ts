import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

/** Beginning of zod's own messages. Messages of our schemas begin with a verb. */
const isZods = /^(Invalid|Too (big|small)|Unrecognized)/;

const formats: Record<string, string> = {
  datetime: 'an ISO 8601 date with time and offset, like "2026-12-01T09:00:00Z"',
  uuid: 'a UUID',
  email: 'an e-mail address',
  url: 'a URL',
};

const kinds: Record<string, string> = {
  array: 'a list',
  object: 'an object',
  boolean: 'true or false',
  int: 'a whole number',
  null: 'null',
};

/** Returns the error of a field as the rest of a sentence that begins with the field's name: `must be at most 100`. */
export function issueWords(issue: Issue): string {
  const { message } = issue;
  if (!isZods.test(message)) return message.replace(/\.$/, '');
  const rule = ruleOf(issue);
  if (rule === null) return message[0]?.toLowerCase() + message.slice(1);
  return issue.input === undefined && message.endsWith('received undefined')
    ? `is missing: it must be ${rule}`
    : `must be ${rule}`;
}

function ruleOf(issue: Issue): string | null {
  switch (issue.code) {
    case 'invalid_type':
      return kinds[issue.expected] ?? `a ${issue.expected}`;
    case 'invalid_format':
      return formats[issue.format] ?? null;
    case 'invalid_value':
      return oneOf(issue.values);
    case 'too_big':
      return sized('at most', issue.maximum, issue.origin);
    case 'too_small':
      return sized('at least', issue.minimum, issue.origin);
    case 'invalid_union':
      return anyOf(issue.errors);
    default:
      return null;
  }
}

function oneOf(values: readonly unknown[]): string {
  const named = values.map((value) => JSON.stringify(value));
  return named.length === 1 ? (named[0] ?? '') : `one of ${named.join(', ')}`;
}

function sized(bound: string, size: number | bigint, of: string): string {
  const unit = of === 'string' ? ' characters' : of === 'array' ? ' entries' : '';
  return `${bound} ${size.toLocaleString('en-US')}${unit}`;
}

/**
 * Returns the rules of all alternatives, joined by "or". An alternative whose error is inside the value is left out.
 * Returns null if none is left.
 */
function anyOf(alternatives: readonly (readonly Issue[])[]): string | null {
  const rules = alternatives.map(([issue]) => (issue && issue.path.length === 0 ? ruleOf(issue) : null));
  const said = rules.filter((rule) => rule !== null);
  return said.length === 0 ? null : [...new Set(said)].join(', or ');
}
