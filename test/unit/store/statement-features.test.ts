import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { databaseDocsFile, readSql, withTables } from '#test/support/docs/write-database-docs.ts';
import { writtenNames } from '#test/support/statements/collect-statements.ts';
import { featureTable } from '#test/support/statements/feature-table.ts';
import { projectScope, tablesOf } from '#test/support/statements/project-scope.ts';
import { homeTables } from '#test/support/statements/project-tables.ts';
import { featuresOf } from '#test/support/statements/sql-features.ts';

let sql: Awaited<ReturnType<typeof readSql>>;
beforeAll(async () => {
  sql = await readSql();
});

it('every statement that the code names is among those looked at', () => {
  const known = new Set(sql.map(({ name }) => name));
  expect(writtenNames().filter(({ name }) => !known.has(name))).toEqual([]);
});

it('no statement and no migration uses a feature that the table does not have', () => {
  const unknown = sql.flatMap(({ name, wing, text, features }) =>
    [...features]
      .filter((feature) => !(feature in featureTable))
      .map((feature) => `${feature}: ${name || `${wing} ${text}`}`),
  );
  expect(unknown, 'say in test/support/statements/feature-table.ts which databases take it').toEqual([]);
});

it('the table has no feature that nothing uses', () => {
  const used = new Set(sql.flatMap(({ features }) => [...features]));
  expect(Object.keys(featureTable).filter((feature) => !used.has(feature))).toEqual([]);
});

it('docs/databases.md has the tables as they are', () => {
  const page = readFileSync(path.resolve(import.meta.dirname, '../../..', databaseDocsFile), 'utf8');
  expect(page, 'run: node test/support/docs/write-database-docs.ts').toBe(withTables(page, sql));
});

it('few statements read what would be in a home database together with the rest of a project', () => {
  const statements = sql.filter(({ wing }) => wing !== null);
  const both = statements.filter(({ text }) => {
    const tables = [...tablesOf(text)];
    return tables.some((table) => homeTables.has(table)) && tables.some((table) => !homeTables.has(table));
  });
  expect([...new Set(both.map(({ name, wing }) => name || wing))].sort()).toEqual([
    'find_uncounted',
    'find_view_job',
    'known_values_apiKey',
    'lock_due_schedules',
    'lock_quota_use',
    'open_quota_use',
    'read_gauges',
    'read_projects_now',
    'read_quotas_of',
    'read_quotas_set',
    // Searches by the name of an API key.
    'store/job',
    'take_due_measure',
  ]);
});

describe('features are found by the parser', () => {
  it.each([
    ['select 1 from job where id = $1', []],
    ['select * from job for update of job skip locked', ['for update', 'locks of some of the tables', 'skip locked']],
    ['merge into job using result on true when matched then delete', ['node MergeStmt', 'node MergeWhenClause']],
    ['select strange(1)', ['function strange']],
    ['select a <-> b from job', ['operator <->']],
    ['select $1::tsvector', ['type tsvector']],
    ['create trigger t after insert on job execute function f()', ['node CreateTrigStmt']],
    ['lock table job', ['node LockStmt']],
    ['create temporary table t (id int)', ['temporary tables']],
    [
      'with a as (update job set state = $1) update job set state = $2',
      ['two writes of one table in a statement', 'writes inside with'],
    ],
    ['with a as (delete from job) insert into result select 1', ['writes inside with']],
  ])('%s', (text, features) => {
    expect([...featuresOf(text)].sort()).toEqual(features);
  });
});

describe('a statement names one project, or it does not', () => {
  it.each([
    ['select 1 from job where project_id = $1 and id = $2', 'one'],
    ['select 1 from job t where t.project_id = $1::uuid', 'one'],
    ['insert into job (id, project_id) values ($1, $2)', 'one'],
    ['select 1 from job where id = any($1::uuid[]) for update', 'any'],
    ['select 1 from job j join endpoint e on e.project_id = j.project_id', 'any'],
    ['insert into result (job_id) values ($1)', 'any'],
    ['select 1 from "user" where email = $1', 'none'],
    ['with job as (select 1) select 1 from job', 'none'],
    ['select pg_notify($1, $2)', 'none'],
  ])('%s: %s', (text, scope) => {
    expect(projectScope(text)).toBe(scope);
  });
});
