import { describe, expect, test } from 'vitest';
import { check } from './planted-files.ts';

describe('transactions', () => {
  test.each([
    ['db.transaction(async (tx) => tx);', 'transaction'],
    ['db.prismaTransaction((tx) => tx);', 'prismaTransaction'],
    ['prisma.$transaction([]);', '$transaction'],
    ['db\n  .transaction<number>(act);', 'transaction'],
  ])('are not opened by the server, as %j would', (statement, call) => {
    const broken = check({ 'src/server/routers/planted.ts': `\nexport const done = ${statement}\n` });
    const line = 2 + (statement.match(/^[^.]*/)?.[0].split('\n').length ?? 1) - 1;
    expect(broken).toEqual([
      `src/server/routers/planted.ts:${line} calls ${call}: only src/engine and src/store open transactions`,
    ]);
  });

  test.each(['src/engine/people/planted.ts', 'src/store/people/planted.ts'])('are opened by %s', (file) => {
    expect(check({ [file]: 'export const done = db.transaction((tx) => tx);\n' })).toEqual([]);
  });

  test('that are only spoken of are left alone', () => {
    expect(check({ 'src/server/a.ts': 'export const transaction = (tx) => tx.transactions.length;\n' })).toEqual([]);
  });
});
