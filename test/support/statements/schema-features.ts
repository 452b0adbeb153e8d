/** A node of a parse tree: its fields by their names. */
export type Fields = Readonly<Record<string, unknown>>;

/** Says which features a node of one kind uses. */
export type Rule = (node: Fields) => Iterable<string>;

/** Rules for the statements that migrations are made of. */
export const schemaRules: Readonly<Record<string, Rule>> = {
  *Constraint(node) {
    const type = String(node.contype);
    if (type === 'CONSTR_FOREIGN') yield 'foreign keys';
    else if (type === 'CONSTR_PRIMARY' || type === 'CONSTR_UNIQUE') yield 'primary keys and unique indexes';
    else if (!/CONSTR_(NOTNULL|NULL|DEFAULT)/.test(type)) yield `constraint ${type}`;
    if (node.deferrable) yield 'deferrable constraints';
  },
  *IndexStmt(node) {
    const method = String(node.accessMethod);
    if (method !== 'btree') yield `${method.toUpperCase()} indexes`;
    if (node.unique) yield 'primary keys and unique indexes';
    if (node.whereClause) yield 'partial indexes';
    if (node.indexIncludingParams) yield 'indexes that include columns';
    if (node.concurrent) yield 'indexes made concurrently';
    if (node.nulls_not_distinct) yield 'unique indexes with nulls not distinct';
    const columns = (node.indexParams ?? []) as { IndexElem: Fields }[];
    if (columns.some(({ IndexElem }) => IndexElem.expr)) yield 'indexes over expressions';
  },
  *AlterTableStmt() {},
  *AlterTableCmd(node) {
    const type = String(node.subtype);
    if (type === 'AT_SetRelOptions') yield 'settings of tables';
    else if (!/^AT_(AddColumn|AddConstraint|DropNotNull)$/.test(type)) yield `alter table ${type}`;
  },
};
