import { parseSync } from 'libpg-query';
import { globalTables } from './project-tables.ts';
import type { Fields } from './schema-features.ts';
import { namesIn, visit } from './sql-features.ts';

/**
 * How a statement stands to projects. `one`: it names one project, in a condition or in the rows that it adds. `any`: it
 * reads or writes rows of projects and names none, as by the ids of jobs. `none`: its tables are about no project.
 */
export type ProjectScope = 'one' | 'any' | 'none';

/** Says whether a statement names the project whose rows it reads or writes. `sql-features` has loaded the parser. */
export function projectScope(text: string): ProjectScope {
  if (![...tablesOf(text)].some((table) => !(table in globalTables))) return 'none';
  let names = false;
  visit(parseSync(text), (kind, node) => {
    if (kind === 'A_Expr' && namesIn(node.name).join() === '=' && comparesProject(node)) names = true;
    if (kind === 'InsertStmt' && JSON.stringify(node.cols ?? []).includes('"project_id"')) names = true;
  });
  return names ? 'one' : 'any';
}

/** Returns our tables that a text reads or writes. */
export function tablesOf(text: string): Set<string> {
  const tables = new Set<string>();
  const made = new Set<string>();
  visit(parseSync(text), (kind, { ctename, aliasname, relname, schemaname = 'public' }) => {
    if (kind === 'CommonTableExpr') made.add(String(ctename));
    // `for update of s` names a table by its alias.
    if (kind === 'Alias') made.add(String(aliasname));
    if (kind === 'RangeVar' && schemaname === 'public' && !/^pg_/.test(String(relname))) tables.add(String(relname));
  });
  return new Set([...tables].filter((table) => !made.has(table)));
}

/** Is it `project_id = $1`? A comparison with a column of another table names no project. */
function comparesProject({ lexpr, rexpr }: Fields): boolean {
  const sides = [lexpr, rexpr].map((side) => JSON.stringify(side ?? {}));
  const isColumn = (side: string) => side.startsWith('{"ColumnRef"') && side.includes('"project_id"');
  return sides.some(isColumn) && sides.some((side) => side.includes('"ParamRef"'));
}
