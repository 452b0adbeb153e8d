/**
 * A column of rows that one statement writes: its type in PostgreSQL, and a function that picks its value from an item.
 */
export type Column<Item> = [type: string, pick: (item: Item) => unknown];

/** Parts of a statement that writes many rows at once. The texts never change, so the statement can be a named one. */
export type Columns<Item> = {
  /** Names of the columns: `id, headers`. */
  names: string;
  /** Columns as they are read from `from`, with JSON cast to its type: `id, headers::json`. */
  selected: string;
  /** Source of the rows, one row for each item: `unnest($1::uuid[], $2::text[]) as t(id, headers)`. */
  from: string;
  /** Returns the parameters: one array for each column. */
  values(items: readonly Item[]): unknown[][];
};

/**
 * Makes the parts from a list of columns, in its order. A `json` column is sent as text; null and undefined become
 * null.
 *
 * @param columns the columns by name; a name is that of the table's column, or one that the statement itself uses
 */
export function makeColumns<Item>(columns: Record<string, Column<Item>>): Columns<Item> {
  const all = Object.entries(columns);
  const names = all.map(([name]) => name).join(', ');
  const arrays = all.map(([, [type]], index) => `$${index + 1}::${type === 'json' ? 'text' : type}[]`);
  return {
    names,
    selected: all.map(([name, [type]]) => (type === 'json' ? `${name}::json` : name)).join(', '),
    from: `unnest(${arrays.join(', ')}) as t(${names})`,
    values: (items) =>
      all.map(([, [type, pick]]) =>
        type === 'json' ? items.map((item) => toJson(pick(item))) : items.map((item) => pick(item)),
      ),
  };
}

/** Returns a value as JSON text for a parameter. Null and undefined become SQL's null. */
export function toJson(value: unknown): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value);
}
