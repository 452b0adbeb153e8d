import { describe, expect, it, test } from 'vitest';
import { packageVersion } from '#src/package-version.ts';
import { readMigrations } from '#src/store/migrate/migration-files.ts';
import { examineMigrations } from '#src/store/migrate/migration-step.ts';

/** The last migration from before steps were kept apart. Nobody upgrades across it without a stop. */
const lastFree = '0011_inbox_project';

const migrations = (await readMigrations()).migrationDirectories.map(({ path, migrationFile }) => ({
  name: path,
  sql: migrationFile.content.value,
}));
const released = packageVersion().split('.').map(Number);

/** Returns whether a version came before the one that is being made. */
function isEarlier(version: string): boolean {
  const parts = version.split('.').map(Number);
  const index = parts.findIndex((number, at) => number !== released[at]);
  return index >= 0 && (parts[index] ?? 0) < (released[index] ?? 0);
}

describe('each migration', () => {
  test.each(migrations.filter(({ name }) => name > lastFree))('$name only adds, or is declared', (migration) => {
    const before = migrations.filter(({ name }) => name < migration.name);
    const [step] = examineMigrations(before, [migration]);
    if (step?.contract) {
      expect(before.map(({ name }) => name)).toContain(step.contract.after);
      expect(isEarlier(step.contract.version), `${step.contract.version} is not released yet`).toBe(true);
    } else expect(step?.breaks).toEqual([]);
  });

  it('is examined: of those from before the rule, some break', () => {
    const breaking = migrations.filter((migration, at) => {
      const [step] = examineMigrations(migrations.slice(0, at), [migration]);
      return (step?.breaks.length ?? 0) > 0;
    });
    expect(breaking.map(({ name }) => name)).toEqual([
      '0001_init',
      '0002_partial_indexes',
      '0003_endpoints',
      '0010_lists',
      '0011_inbox_project',
    ]);
  });
});

const before = [
  { name: '0001_a', sql: 'CREATE TABLE "job" ("id" UUID); CREATE UNIQUE INDEX "job_key" ON "job" ("id");' },
];
const examine = (sql: string) => examineMigrations(before, [{ name: '0002_b', sql }])[0];

describe('a step breaks processes of the version before if it', () => {
  it.each([
    ['drops a column', 'ALTER TABLE "job" DROP COLUMN "url"'],
    ['drops a table', 'DROP TABLE "job"'],
    ['renames a column', 'ALTER TABLE "job" RENAME COLUMN "url" TO "target"'],
    ['renames a table', 'alter table job rename to work'],
    ['adds a column that must be given', 'ALTER TABLE "job" ADD COLUMN "n" INTEGER NOT NULL'],
    [
      'does so beside others',
      `ALTER TABLE "job" ADD COLUMN "a" TEXT DEFAULT ',', ADD COLUMN "b" NUMERIC(2,1) NOT NULL`,
    ],
    ['changes a type', 'ALTER TABLE "job" ALTER COLUMN "n" TYPE BIGINT'],
    ['forbids nulls', 'ALTER TABLE "job" ALTER COLUMN "n" SET NOT NULL'],
    ['allows nulls', 'ALTER TABLE "job" ALTER COLUMN "n" DROP NOT NULL'],
    ['takes a default away', 'ALTER TABLE "job" ALTER COLUMN "n" DROP DEFAULT'],
    ['adds a constraint', 'ALTER TABLE "job" ADD CONSTRAINT "c" CHECK ("n" > 0)'],
    ['adds a column with a constraint', 'ALTER TABLE "job" ADD COLUMN "n" INTEGER CHECK ("n" > 0)'],
    ['makes rows unique', 'CREATE UNIQUE INDEX "job_n" ON "job" ("n")'],
    ['drops an index that makes rows unique', 'DROP INDEX "job_key"'],
    [
      'keeps rows from being deleted',
      'CREATE TABLE "x" (); ALTER TABLE "x" ADD FOREIGN KEY ("j") REFERENCES "job"("id")',
    ],
    ['makes rows go without a log', 'ALTER TABLE "job" SET UNLOGGED'],
    ['hides it among settings', 'ALTER TABLE "job" SET (fillfactor = 50), DROP COLUMN "url"'],
    ['changes rows', 'UPDATE "job" SET "n" = 1'],
    ['does what is not known', 'CREATE TRIGGER "t" AFTER INSERT ON "job" EXECUTE FUNCTION f()'],
    ['hides it behind a comment', '-- ALTER TABLE "job" ADD COLUMN "n" TEXT;\nDROP TABLE "job"'],
  ])('%s', (_what, sql) => {
    expect(examine(sql)?.breaks).toHaveLength(1);
  });
});

describe('a step only adds if it', () => {
  it.each([
    [
      'adds a table',
      'CREATE TABLE "x" ("id" UUID NOT NULL, CONSTRAINT "x_pkey" PRIMARY KEY ("id")); CREATE UNIQUE INDEX "y" ON "x" ("id")',
    ],
    ['adds a column', 'ALTER TABLE "job" ADD COLUMN "a" JSON, ADD COLUMN "b" TEXT NOT NULL DEFAULT \'a;b, c\''],
    ['adds an index', 'CREATE INDEX "job_n" ON "job" ("n") WHERE "state" <> \'x\''],
    ['replaces an index', 'DROP INDEX "job_old"; CREATE INDEX "job_old" ON "job" ("n")'],
    ['sets a default', 'ALTER TABLE "job" ALTER COLUMN "n" SET DEFAULT 1'],
    ['says how full pages are', 'ALTER TABLE "job" SET (fillfactor = 50)'],
    [
      'lets rows go with others',
      'CREATE TABLE "x" (); ALTER TABLE "x" ADD FOREIGN KEY ("j") REFERENCES "job"("id") ON DELETE CASCADE',
    ],
    ['speaks of dropping', '-- DROP TABLE "job";\nALTER TABLE "job" ADD COLUMN "a" TEXT DEFAULT \'DROP TABLE "job"\''],
  ])('%s', (_what, sql) => {
    expect(examine(sql)?.breaks).toEqual([]);
  });
});

describe('a step', () => {
  it('locks the tables on which it builds indexes, but not new ones', () => {
    const sql =
      'CREATE TABLE "x" (); CREATE INDEX "x_n" ON "x" ("n"); CREATE INDEX "a" ON "job" ("n"); CREATE INDEX "b" ON "job" ("m")';
    expect(examine(sql)?.locks).toEqual(['job']);
  });

  it('is a contract step if it names the expand step and its release', () => {
    const sql = '-- Contract step of 0001_a, which was released in 0.0.9.\nALTER TABLE "job" DROP COLUMN "url";';
    expect(examine(sql)?.contract).toEqual({ after: '0001_a', version: '0.0.9' });
    expect(examine('-- Contract step of 0001_a.\nDROP TABLE "job";')?.contract).toBeNull();
  });
});
