import { expect, it, onTestFinished } from 'vitest';
import { makeDb } from '#src/store/db/database.ts';
import { makeTestDatabase } from '#test/support/database.ts';
import { collectStatements } from '#test/support/statements/collect-statements.ts';

/** Statements that are never prepared, and texts whose names are filled in. */
const cannotPrepare = /^(analyze|begin|commit|copy|create|drop|listen|release|rollback|savepoint|set) ?|\bfilled_in\b/;

it('a prepared statement lives on when a newer version adds a column to any table', async () => {
  const database = await makeTestDatabase();
  onTestFinished(database.drop);
  const db = makeDb(database.url, { max: 1, name: 'added columns' });
  onTestFinished(db.close);
  const client = await db.pool.connect();
  onTestFinished(() => client.release());
  const rows = async <Row>(sql: string) => (await client.query(sql)).rows as Row[];

  const statements = (await collectStatements()).filter(({ text }) => !cannotPrepare.test(text));
  for (const [index, { text }] of statements.entries()) await client.query(`prepare kept_${index} as ${text}`);
  const kept = await rows<{ name: string; count: number }>(
    'select name, cardinality(parameter_types)::int as count from pg_prepared_statements where name like $$kept_%$$',
  );
  expect(kept.length).toBeGreaterThan(500);
  for (const { name } of await rows<{ name: string }>(
    `select quote_ident(tablename) as name from pg_tables where schemaname = 'public'`,
  ))
    await client.query(`alter table ${name} add column of_newer_version text`);

  const broken: string[] = [];
  for (const { name, count } of kept) {
    const values = Array.from({ length: count }, () => 'null').join(', ');
    try {
      await client.query(`explain execute ${name}${count === 0 ? '' : `(${values})`}`);
    } catch (error) {
      const { name: known, text } = statements[Number(name.slice('kept_'.length))] ?? {};
      broken.push(`${known || text}: ${(error as Error).message}`);
    }
  }
  expect(broken).toEqual([]);
});
