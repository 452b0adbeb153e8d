import { expect, it } from 'vitest';
import { type Fruitless, fruitlessAfter } from '#src/ui/jobs/list/use-found-none.ts';

const empty = (nextCursor: string | null) => ({ jobs: [], nextCursor });
const at = (cursor: string | null, query = 'q=x') => ({ query, cursor, before: null });

it('a search that goes on page by page has found nothing once its last page is empty', () => {
  let search: Fruitless | null = null;
  search = fruitlessAfter(search, at(null), empty('a'));
  expect(search?.next).toBe('a');
  // The same page is looked at once more.
  expect(fruitlessAfter(search, at(null), empty('a'))).toBe(search);
  search = fruitlessAfter(search, at('a'), empty('b'));
  search = fruitlessAfter(search, at('b'), empty(null));
  expect(search).toEqual({ query: 'q=x', places: [null, 'a', 'b'], next: null });
  expect(fruitlessAfter(search, at('b'), empty(null))).toBe(search);
  expect(fruitlessAfter(search, at(null), empty('a'))).toBe(search);
});

it('a single page may be all', () => {
  expect(fruitlessAfter(null, at(null), empty(null))?.next).toBeNull();
});

it('nothing is known of a page in the midst, of another filter, or after something was found', () => {
  const search = fruitlessAfter(null, at(null), empty('a'));
  expect(fruitlessAfter(null, at('a'), empty(null))).toBeNull();
  expect(fruitlessAfter(search, at('b'), empty(null))).toBeNull();
  expect(fruitlessAfter(search, at('a', 'q=y'), empty(null))).toBeNull();
  expect(fruitlessAfter(search, { ...at('a'), before: 'a' }, empty(null))).toBeNull();
  const found = { jobs: [{ id: 'job_1' }], nextCursor: 'b' } as unknown as Parameters<typeof fruitlessAfter>[2];
  expect(fruitlessAfter(search, at('a'), found)).toBeNull();
});
