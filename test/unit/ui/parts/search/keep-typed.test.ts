import { expect, it } from 'vitest';
import { keepTyped } from '#src/ui/parts/search/keep-typed.ts';

it.each([
  ['what was typed instead of a filter that is taken away', 'job_1', 'state:failed', '', 'job_1'],
  ['what was typed behind it', 'state:failed invoice', 'state:failed', '', 'invoice'],
  ['a filter that is not finished', 'host:a.example label:mo', 'host:a.example', '', 'label:mo'],
  ['what is no filter', 'state:failed labl:x', 'state:failed', '', 'labl:x'],
  ['quotes', 'label:"month end" x', 'label:"month end"', '', 'x'],
  ['what was typed beside a filter that is added', 'invoice', '', 'state:failed', 'invoice state:failed'],
  [
    'no second filter of a key that is changed',
    'state:failed invoice',
    'state:failed',
    'state:queued',
    'invoice state:queued',
  ],
  ['nothing twice', 'state:failed invoice', '', 'state:failed', 'invoice state:failed'],
  ['the space after a finished word', 'state:failed label:x ', 'state:failed', '', 'label:x '],
  ['nothing where nothing was typed', 'state:failed ', 'state:failed', '', ''],
  ['an excluded host beside a host', 'host:a -host:b x', 'host:a -host:b', '-host:b', '-host:b x'],
])('keeps %s', (_what, typed, before, after, expected) => {
  expect(keepTyped(typed, before, after)).toBe(expected);
});
