import { expect, it } from 'vitest';
import { escapedName, unescapedName } from '#src/domain/stream/event-name.ts';

it.each([
  ['ringback.restart', 'target.ringback.restart'],
  ['ringback.', 'target.ringback.'],
  ['target.ringback.end', 'target.target.ringback.end'],
  ['target.target.ringback.x', 'target.target.target.ringback.x'],
  ['target.x', 'target.x'],
  ['ringback', 'ringback'],
  ['a ringback.end', 'a ringback.end'],
])('an event called %s comes as %s, and is read back', (name, shown) => {
  expect(escapedName(name)).toBe(shown);
  expect(unescapedName(shown)).toBe(name);
});

it('an event without a name has none', () => {
  expect(escapedName(null)).toBeNull();
});
