import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { collectStatements } from '#test/support/statements/collect-statements.ts';
import { databases, featureTable } from '#test/support/statements/feature-table.ts';
import { projectScope } from '#test/support/statements/project-scope.ts';
import { childTables, globalTables, sometimesOfProject } from '#test/support/statements/project-tables.ts';
import { outcomes, restrictions, trials } from '#test/support/statements/restrictions.ts';
import { featuresOf } from '#test/support/statements/sql-features.ts';

const root = path.join(import.meta.dirname, '..', '..', '..');

/** Path of the page, from the root of the checkout. */
export const databaseDocsFile = 'docs/databases.md';

/** A text with SQL: a statement, or a migration, which is of no wing. */
type Sql = Readonly<{ name: string; wing: string | null; text: string; features: ReadonlySet<string> }>;

/** Returns all statements and migrations with the features that they use. */
export async function readSql(): Promise<Sql[]> {
  const folder = path.join(root, 'prisma/migrations');
  const migrations = readdirSync(folder)
    .filter((name) => /^\d/.test(name))
    .map((name) => ({ name, wing: null, text: readFileSync(path.join(folder, name, 'migration.sql'), 'utf8') }));
  const statements = (await collectStatements()).map(({ name, wing, text }) => ({ name, wing, text }));
  return [...statements, ...migrations].map((one) => ({ ...one, features: featuresOf(one.text) }));
}

/** Returns the page with its tables as they are now. What stands around them is written by hand. */
export function withTables(page: string, sql: readonly Sql[]): string {
  const parts: Record<string, string> = {
    counts: counts(sql),
    features: features(sql),
    refused: refused(sql),
    outcomes: table(
      ['', ...Object.keys(outcomes)],
      trials.map((trial) => [trial, ...Object.values(outcomes).map((found) => wordOf(found[trial]))]),
    ),
    tables: table(
      ['table', 'way to the project'],
      [
        ...Object.entries(childTables).map(([name, way]) => [`\`${name}\``, way]),
        ...Object.entries(globalTables).map(([name, what]) => [`\`${name}\``, `none: ${what}`]),
        ...sometimesOfProject.map((name) => [`\`${name}\``, '`project_id`, which may be null']),
      ],
    ),
  };
  return page.replaceAll(/<!-- (\w+) -->\n[\s\S]*?<!-- \/\1 -->/g, (_all, name: string) =>
    [`<!-- ${name} -->`, parts[name], `<!-- /${name} -->`].join('\n'),
  );
}

const wordOf = (outcome: string) => (outcome === 'works' ? 'works' : `**${outcome}**`);

function counts(sql: readonly Sql[]): string {
  const statements = sql.filter(({ wing }) => wing !== null);
  const named = new Map(statements.filter(({ name }) => name !== '').map((one) => [one.name, one]));
  const scoped = [...named.values()].map(({ text, features }) => ({
    scope: projectScope(text),
    locks: [...features].some((feature) => /^for (update|no key update|share|key share)$/.test(feature)),
  }));
  const ofAny = scoped.filter(({ scope }) => scope === 'any');
  return [
    `${named.size} statements with a name, ${statements.length - named.size} other texts (searches have a form for each filter), and`,
    `${sql.length - statements.length} migrations. Of those with a name, ${scoped.filter(({ scope }) => scope === 'one').length} name one project,`,
    `${ofAny.length} reach rows of projects without naming one, as by the ids of jobs, and ${ofAny.filter(({ locks }) => locks).length} of these lock them.`,
  ].join('\n');
}

function features(sql: readonly Sql[]): string {
  const rows = Object.entries(featureTable).map(([feature, row]) => {
    const using = sql.filter((one) => one.features.has(feature));
    const wings = [...new Set(using.flatMap(({ wing }) => (wing === null ? [] : [wing.replace(/^store\//, '')])))];
    const statements = new Set(using.filter(({ wing }) => wing !== null).map(({ name, text }) => name || text)).size;
    const verdicts = databases.map((database) => row[database] ?? 'yes');
    return [
      feature,
      `${statements || ''}`,
      `${using.filter(({ wing }) => wing === null).length || ''}`,
      wings.length > 5 ? `${wings.length} wings` : wings.join(', '),
      ...verdicts.map((verdict) => (verdict === 'yes' ? 'yes' : `**${verdict}**`)),
      row.notes ?? '',
    ];
  });
  return table(['feature', 'statements', 'migrations', 'where', ...databases, 'notes'], rows);
}

function refused(sql: readonly Sql[]): string {
  const told = new Set<string>();
  const rows = Object.entries(restrictions).map(([name, refuses]) => {
    const found = Map.groupBy(sql, ({ features, text }) => refuses(features, text));
    found.delete(undefined);
    const parts = [...found].map(([feature, those]) => `${feature}: ${namesOf(those)}`);
    const fresh = parts.filter((part) => !told.has(part));
    for (const part of fresh) told.add(part);
    const all = new Set([...found.values()].flat().map((one) => one.name || one.text));
    return [name, `${all.size}`, [...fresh, ...(fresh.length < parts.length ? ['the rest as above'] : [])].join('; ')];
  });
  return table(['restriction', 'refused', 'which'], rows);
}

/** The names of statements; their number where they are many. */
function namesOf(those: readonly Sql[]): string {
  const names = [...new Set(those.map(({ name, wing }) => (name === '' ? `a text of ${wing}` : `\`${name}\``)))];
  return names.length > 30 ? `${names.length} statements` : names.join(', ');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `|${cells.map((cell) => (cell === '' ? ' |' : ` ${cell} |`)).join('')}`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

if (import.meta.main) {
  const file = path.join(root, databaseDocsFile);
  writeFileSync(file, withTables(readFileSync(file, 'utf8'), await readSql()));
}
