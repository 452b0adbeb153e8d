import { expect, it } from 'vitest';
import { neighboursOf } from '#src/ui/data/job/list-before.ts';

it.each([
  ['b', { previous: 'a', next: 'c' }],
  ['a', { previous: null, next: 'b' }],
  ['c', { previous: 'b', next: null }],
  ['z', { previous: null, next: null }],
])('job %s has as neighbours those beside it in the list', (id, neighbours) => {
  expect(neighboursOf(id, ['a', 'b', 'c'])).toEqual(neighbours);
});
