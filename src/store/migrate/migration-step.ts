/** What a migration does to programs that run beside it. */
export type MigrationStep = Readonly<{
  name: string;
  /** Why the version before cannot go on beside it. Empty: it is an expand step, which only adds. */
  breaks: readonly string[];
  /** Tables with rows whose writes wait while an index is built on them. */
  locks: readonly string[];
  /** The declaration of a contract step: what made it possible, and since when nothing needs what it removes. */
  contract: Readonly<{ after: string; version: string }> | null;
}>;

type Migration = Readonly<{ name: string; sql: string }>;

const contractLine = /^--\s*Contract step of (\w+), which was released in (\d+\.\d+\.\d+)\.$/im;

/** Tables and unique indexes at some point of the migrations. */
type Known = { tables: Set<string>; unique: Set<string> };

/**
 * Says of each migration whether programs of the version before can go on beside it, and what it locks. `before` are the
 * migrations that the database has already. It knows the statements that only add; every other one is told as a break.
 */
export function examineMigrations(before: readonly Migration[], waiting: readonly Migration[]): MigrationStep[] {
  const known: Known = { tables: new Set(), unique: new Set() };
  for (const { sql } of before) for (const statement of splitStatements(sql)) note(statement, known);
  const old = new Set(known.tables);
  return waiting.map(({ name, sql }) => {
    const statements = splitStatements(sql);
    for (const statement of statements) note(statement, known);
    const breaks = statements.flatMap((statement) => breakOf(statement, old, known) ?? []);
    const locks = statements.flatMap((statement) => lockOf(statement, old) ?? []);
    const [, after, version] = contractLine.exec(sql) ?? [];
    const contract = after !== undefined && version !== undefined ? { after, version } : null;
    return { name, breaks, locks: [...new Set(locks)], contract };
  });
}

/** Splits a script into its statements, without comments and with single spaces. Functions in `$$` are not known. */
function splitStatements(sql: string): string[] {
  const parts = sql.matchAll(/--[^\n]*|'(?:[^']|'')*'|"[^"]*"|;|[^-'";]+|-/g);
  let text = '';
  const statements: string[] = [];
  for (const [part] of parts) {
    if (part === ';') {
      statements.push(text);
      text = '';
    } else if (!part.startsWith('--')) text += part;
  }
  return [...statements, text].map((one) => one.replaceAll(/\s+/g, ' ').trim()).filter((one) => one !== '');
}

const createTable = /^create table (?:if not exists )?"?(\w+)"? /i;
const createIndex = /^create (unique )?index (?:if not exists )?"?(\w+)"? on "?(\w+)"?/i;
const dropIndex = /^drop index (?:if exists )?"?(\w+)"?$/i;
const alterTable = /^alter table "?(\w+)"? (.*)$/i;

function note(statement: string, known: Known): void {
  const table = createTable.exec(statement)?.[1];
  if (table !== undefined) known.tables.add(table);
  const [, unique, index] = createIndex.exec(statement) ?? [];
  if (unique !== undefined && index !== undefined) known.unique.add(index);
}

function lockOf(statement: string, old: ReadonlySet<string>): string | undefined {
  const table = createIndex.exec(statement)?.[3];
  return table !== undefined && old.has(table) ? table : undefined;
}

/** Returns why a program of the version before may fail after the statement; undefined: it does not. */
function breakOf(statement: string, old: ReadonlySet<string>, known: Known): string | undefined {
  if (createTable.test(statement)) return undefined;
  const [, unique, index, on] = createIndex.exec(statement) ?? [];
  if (index !== undefined && on !== undefined)
    return unique !== undefined && old.has(on) ? `"${index}" refuses rows of "${on}" that were allowed` : undefined;
  const dropped = dropIndex.exec(statement)?.[1];
  if (dropped !== undefined)
    return known.unique.has(dropped) ? `"${dropped}" is a unique index, which statements may name` : undefined;
  const [, table, changes] = alterTable.exec(statement) ?? [];
  if (table === undefined || changes === undefined) return `not known to add only: ${statement.slice(0, 120)}`;
  const found = splitChanges(changes).find((change) => !addsOnly(change, old.has(table)));
  return found === undefined ? undefined : `"${table}": ${found}`;
}

/** Splits the changes of ALTER TABLE at the commas that are in no parentheses and no text. */
function splitChanges(changes: string): string[] {
  let depth = 0;
  const all = [''];
  for (const [part] of changes.matchAll(/'(?:[^']|'')*'|[(),[\]]|[^'(),[\]]+/g)) {
    if (part === '(' || part === '[') depth += 1;
    if (part === ')' || part === ']') depth -= 1;
    if (part === ',' && depth === 0) all.push('');
    else all[all.length - 1] += part;
  }
  return all.map((change) => change.trim());
}

function addsOnly(change: string, isOld: boolean): boolean {
  // Nothing is in a new table that a change could break, unless it keeps others from deleting what they delete.
  if (!isOld) return !/\breferences\b/i.test(change) || /\bon delete (cascade|set null)\b/i.test(change);
  if (/^add column /i.test(change))
    return (
      !/\b(unique|primary key|references|check|generated)\b/i.test(change) &&
      (!/\bnot null\b/i.test(change) || /\bdefault\b/i.test(change))
    );
  // How full pages are and when rows are cleaned up is nothing that a statement sees.
  return /^alter column "?\w+"? set default |^set \((fillfactor|autovacuum_\w+) = [\d.]+\)$/i.test(change);
}
