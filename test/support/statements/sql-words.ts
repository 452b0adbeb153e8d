const words = (text: string) => new Set(text.split(/\s+/).filter(Boolean));

/** Nodes of parse trees that are no feature of their own. */
export const commonNodes = words(`
  A_ArrayExpr A_Const A_Indices A_Star Alias BoolExpr BooleanTest CaseExpr CaseWhen CoalesceExpr ColumnRef DefElem IndexElem Integer
  JoinExpr List MinMaxExpr NullTest ParamRef RawStmt ResTarget ReturningClause RowExpr SQLValueFunction SortBy String
  SubLink TypeCast WindowDef Float Boolean ColumnDef CreateStmt CreateSchemaStmt DropStmt`);

/** Functions that all databases looked at have with the same meaning. */
export const commonFunctions = words(`
  now count min max sum lower upper length replace octet_length encode md5 substring concat_ws string_agg floor split_part strpos
  starts_with array_agg bool_or date_trunc extract to_timestamp chr array_to_string cardinality convert_to current_database
  clock_timestamp row_number lead random gen_random_uuid coalesce version`);

export const commonOperators = words('= <> < > <= >= + - * / % || BETWEEN ~~ ~~*');

export const commonTypes = words(`
  text int4 int8 float8 bool uuid bytea timestamptz timestamp interval jsonb varchar int2 date numeric regclass`);

const groups: readonly (readonly [RegExp, string])[] = [
  [/^pg_(try_)?advisory_xact_lock$/, 'advisory locks of a transaction'],
  [/^pg_(try_)?advisory_(un)?lock$/, 'advisory locks of a session'],
  [/^pg_notify$/, 'notify'],
  [/^json_populate_record$/, 'rows of tables as types'],
  [
    /^(jsonb?_(agg|array_elements|array_elements_text|build_object|object_keys|build_array)|row_to_json)$/,
    'functions of json',
  ],
  [/^(current_setting|set_config)$/, 'settings of the session'],
  [/^(pg_|quote_ident$|has_\w+_privilege$|to_regclass$)/, 'system functions'],
  [/^(get_byte|width_bucket|make_interval)$/, 'make_interval, width_bucket, get_byte'],
  [/^(setval|nextval)$/, 'sequences'],
];

/** Returns the feature that a function belongs to; one of its own if it is in no group. */
export function featureOfFunction(name: string): string {
  return groups.find(([pattern]) => pattern.test(name))?.[1] ?? `function ${name}`;
}
