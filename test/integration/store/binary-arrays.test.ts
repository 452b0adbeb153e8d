import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { encodeArray, withBinaryArrays } from '#src/store/db/binary-arrays.ts';
import { type Db, makeDb } from '#src/store/db/database.ts';
import { makeTestDatabase, type TestDatabase } from '#test/support/database.ts';

let database: TestDatabase;
let db: Db;
beforeAll(async () => {
  database = await makeTestDatabase();
  db = makeDb(database.url, { max: 1, name: 'binary arrays' });
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

const text = fc.string({ unit: 'binary' }).filter((value) => !value.includes('\0'));
const kinds: Record<string, fc.Arbitrary<unknown>> = {
  bool: fc.boolean(),
  bytea: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  bigint: fc.oneof(fc.maxSafeInteger(), fc.constantFrom(0, -1, 2 ** 32, -(2 ** 32), 2 ** 53 - 1, -(2 ** 53 - 1))),
  int: fc.integer(),
  text: fc.oneof(text, fc.constantFrom('', 'NULL', '{}', '"', '\\', 'ü€😀', '\ud800', '"x",\n\\"')),
  float8: fc.oneof(fc.double(), fc.constantFrom(0.1, -0, Number.MAX_VALUE, Number.POSITIVE_INFINITY, Number.NaN)),
  timestamptz: fc.date({ min: new Date('1720-01-01'), max: new Date('2280-01-01'), noInvalidDate: true }),
  uuid: fc.oneof(
    fc.uuid(),
    fc.uuid().map((uuid) => uuid.toUpperCase()),
  ),
};

it.each(Object.keys(kinds))('an array of %s arrives as the one that pg sends as text', async (type) => {
  const lists = fc.array(fc.option(kinds[type] as fc.Arbitrary<unknown>), { maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(lists, async (values) => {
      const binary = encodeArray(type, values);
      expect(binary).toBeInstanceOf(Buffer);
      // Both are compared by PostgreSQL. A lone surrogate is U+FFFD in both.
      const [row] = await db.query<{ same: boolean; length: number }>(
        `select $1::${type}[] is not distinct from $2::${type}[] as same, cardinality($1::${type}[]) as length`,
        [binary, values],
      );
      expect(row).toEqual({ same: true, length: values.length });
    }),
    { numRuns: 60 },
  );
});

it('grows for long values, and keeps what was written before them', async () => {
  const values = ['first', 'x'.repeat(3_000_000), null, 'é'.repeat(400_000)];
  const rows = await db.run<{ part: string; length: number }>(
    'long_values',
    'select left(v, 5) as part, length(v) as length from unnest($1::text[]) as v',
    [values],
  );
  expect(rows).toEqual([
    { part: 'first', length: 5 },
    { part: 'xxxxx', length: 3_000_000 },
    { part: null, length: null },
    { part: 'ééééé', length: 400_000 },
  ]);
});

it.each([
  ['int', [1.5]],
  ['int', [2 ** 31]],
  ['int', ['7']],
  ['bigint', [2 ** 53]],
  ['bigint', ['7']],
  ['uuid', ['00000000-0000-0000-0000-00000000000']],
  ['uuid', ['x'.repeat(36)]],
  ['uuid', ['0000000g-0000-0000-0000-000000000000']],
  ['uuid', ['00000000-0000-0000-0000-00000000000é']],
  ['uuid', ['00000000-0000-0000-000000-0000000000']],
  ['bool', ['t']],
  ['text', [1]],
  ['bytea', ['x']],
  ['timestamptz', [new Date(Number.NaN)]],
  ['timestamptz', ['now']],
  ['float8', ['1']],
  ['jsonb', [{}]],
])('leaves %s %j to pg, whose refusals stay as they are', (type, values) => {
  expect(encodeArray(type, values)).toBeUndefined();
  const sent = withBinaryArrays(`left_${type}_${String(values)}`, `select $1::${type}[]`, [values]);
  expect(sent[0]).toBe(values);
});

it('changes arrays only, each by the type that the statement gives it', () => {
  const sent = withBinaryArrays('mixed', 'select $1::uuid, $2::int[], $3::text, $4::jsonb[]', ['a', [1], ['x'], [{}]]);
  expect(sent).toEqual(['a', encodeArray('int', [1]), ['x'], [{}]]);
});

it('a text that PostgreSQL cannot store is refused with the same code', async () => {
  await expect(db.run('zero', 'select $1::text[]', [['a\0b']])).rejects.toMatchObject({ code: '22021' });
});
