import { loadModule, parseSync } from 'libpg-query';
import { type Fields, type Rule, schemaRules } from './schema-features.ts';
import { commonFunctions, commonNodes, commonOperators, commonTypes, featureOfFunction } from './sql-words.ts';

await loadModule();

/**
 * Returns the features of SQL that a text uses, by PostgreSQL's own parser. What every database has in common is no
 * feature. A node, function, operator or type that `sql-words` does not know is one of its own, named after it.
 */
export function featuresOf(text: string): Set<string> {
  const found = new Set<string>();
  visit(parseSync(text), (kind, node) => {
    for (const feature of featuresOfNode(kind, node)) found.add(feature);
  });
  return found;
}

/** Calls `see` for each node of a tree with its kind. */
export function visit(value: unknown, see: (kind: string, node: Fields) => void): void {
  if (Array.isArray(value)) for (const item of value) visit(item, see);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
  for (const [key, inner] of Object.entries(value)) {
    const kind = unwrapped[key] ?? key;
    if (/^[A-Z]/.test(kind) && typeof inner === 'object' && inner !== null) see(kind, inner as Fields);
    visit(inner, see);
  }
}

/** Fields that hold a node without its kind. */
const unwrapped: Readonly<Record<string, string>> = {
  typeName: 'TypeName',
  onConflictClause: 'OnConflictClause',
  withClause: 'WithClause',
  relation: 'RangeVar',
  over: 'WindowDef',
  infer: 'InferClause',
  returningClause: 'ReturningClause',
  alias: 'Alias',
};

function* featuresOfNode(kind: string, node: Fields): Generator<string> {
  const ofKind = rules[kind] ?? schemaRules[kind];
  if (ofKind) yield* ofKind(node);
  else if (!commonNodes.has(kind)) yield `node ${kind}`;
}

/** The names in a list of nodes. */
export function namesIn(list: unknown): string[] {
  return ((list ?? []) as { String?: { sval?: string } }[]).map((one) => one.String?.sval ?? '');
}

const length = (list: unknown) => (Array.isArray(list) ? list.length : 0);
const isWrite = (node: unknown) => /^\{"(Update|Insert|Delete)Stmt"/.test(JSON.stringify(node ?? {}));

const rules: Readonly<Record<string, Rule>> = {
  *FuncCall(node) {
    const name = namesIn(node.funcname)
      .filter((part) => part !== 'pg_catalog')
      .join('.');
    if (name === 'unnest') yield length(node.args) > 1 ? 'unnest of several arrays' : 'unnest';
    else if (!commonFunctions.has(name)) yield featureOfFunction(name);
    if (node.agg_filter) yield 'filter of an aggregate';
    if (node.agg_within_group) yield 'within group';
    if (node.over) yield 'window functions';
  },
  *A_Expr(node) {
    const operator = namesIn(node.name).join('.');
    if (!commonOperators.has(operator)) yield featureOfOperator(operator);
    if ('RowExpr' in ((node.lexpr ?? {}) as Fields)) yield 'comparison of rows';
  },
  *TypeName(node) {
    const name = namesIn(node.names)
      .filter((part) => part !== 'pg_catalog')
      .join('.');
    if (name === 'json') yield 'json as text';
    else if (/^public\./.test(name)) yield 'rows of tables as types';
    else if (/^(big|small)?serial$/.test(name)) yield 'serial columns';
    else if (!commonTypes.has(name)) yield `type ${name}`;
    if (name === 'bytea' && node.arrayBounds) yield 'arrays of bytea';
  },
  *LockingClause(node) {
    yield locks[node.strength as string] ?? `lock ${node.strength as string}`;
    if (node.waitPolicy === 'LockWaitSkip') yield 'skip locked';
    if (node.waitPolicy === 'LockWaitError') yield 'nowait';
    if (node.lockedRels) yield 'locks of some of the tables';
  },
  *WithClause(node) {
    if (node.recursive) yield 'with recursive';
  },
  *CommonTableExpr(node) {
    if (node.ctematerialized === 'CTEMaterializeAlways') yield 'with … as materialized';
    if (node.ctematerialized === 'CTEMaterializeNever') yield 'with … as not materialized';
    if (isWrite(node.ctequery)) yield 'writes inside with';
  },
  *SelectStmt(node) {
    if (node.distinctClause && JSON.stringify(node.distinctClause) !== '[{}]') yield 'distinct on';
    if (node.op === 'SETOP_INTERSECT' || node.op === 'SETOP_EXCEPT') yield 'intersect and except';
    yield* twoWrites(node);
  },
  *InsertStmt(node) {
    yield* twoWrites(node, node.relation);
  },
  *UpdateStmt(node) {
    if (node.fromClause) yield 'update … from';
    yield* twoWrites(node, node.relation);
  },
  *DeleteStmt(node) {
    if (node.usingClause) yield 'delete … using';
    yield* twoWrites(node, node.relation);
  },
  *OnConflictClause(node) {
    yield node.action === 'ONCONFLICT_UPDATE' ? 'on conflict do update' : 'on conflict do nothing';
  },
  *InferClause(node) {
    if (node.whereClause) yield 'on conflict of a partial index';
    const elements = (node.indexElems ?? []) as { IndexElem: Fields }[];
    if (elements.some(({ IndexElem }) => IndexElem.expr)) yield 'on conflict of an expression';
  },
  *NamedArgExpr() {
    yield 'arguments by name';
  },
  *RangeFunction(node) {
    if (node.ordinality) yield 'with ordinality';
    if (node.lateral) yield 'lateral';
    if (node.coldeflist) yield 'functions with a list of columns';
  },
  *RangeSubselect(node) {
    if (node.lateral) yield 'lateral';
  },
  *A_Indirection() {
    yield 'fields of a row, elements of an array';
  },
  *RangeVar(node) {
    const [schema, name] = [String(node.schemaname ?? ''), String(node.relname ?? '')];
    if (schema === 'information_schema') yield 'information_schema';
    else if (/^pg_/.test(name)) yield name === 'pg_locks' ? 'pg_locks' : 'system catalogs and views';
    if (node.relpersistence === 't') yield 'temporary tables';
  },
  *VariableSetStmt(node) {
    const name = String(node.name ?? '');
    if (/^enable_/.test(name)) yield 'settings of the planner';
    else if (/TRANSACTION/.test(name)) yield 'isolation levels';
    else yield name === 'session_replication_role' ? name : 'settings of the session';
  },
  *TransactionStmt(node) {
    if (/SAVEPOINT|RELEASE|ROLLBACK_TO/.test(String(node.kind))) yield 'savepoints';
    if (node.options) yield 'isolation levels';
  },
  *CopyStmt() {
    yield 'copy';
  },
  *ListenStmt() {
    yield 'listen';
  },
  *VacuumStmt() {
    yield 'analyze';
  },
  *CreatedbStmt() {
    yield 'create a database';
  },
  *DropdbStmt(node) {
    yield node.options ? 'drop a database by force' : 'drop a database';
  },
};

const locks: Readonly<Record<string, string>> = {
  LCS_FORUPDATE: 'for update',
  LCS_FORNOKEYUPDATE: 'for no key update',
  LCS_FORSHARE: 'for share',
  LCS_FORKEYSHARE: 'for key share',
};

function featureOfOperator(operator: string): string {
  if (['->', '->>', '#>', '#>>'].includes(operator)) return 'operators of json';
  if (['@>', '<@', '&&'].includes(operator)) return 'operators of arrays';
  return operator === '~' ? 'regular expressions' : `operator ${operator}`;
}

/** Says whether one statement writes one table more than once. */
function* twoWrites(node: Fields, relation?: unknown): Generator<string> {
  const written = relation ? [(relation as { relname: string }).relname] : [];
  visit(node, (kind, inner) => {
    if (/^(Update|Insert|Delete)Stmt$/.test(kind)) written.push((inner.relation as { relname: string }).relname);
  });
  if (new Set(written).size < written.length) yield 'two writes of one table in a statement';
}
