/** A column of rows that one statement writes: its type in PostgreSQL, and its value of an item. */
export type Column<Item> = [type: string, pick: (item: Item) => unknown];

/** The parts of a statement that writes many rows at once. The texts never change, so that a statement can be named. */
export type Columns<Item> = {
  /** The columns' names: `id, headers`. */
  names: string;
  /** The same as they are read from `from`, JSON cast to its type: `id, headers::json`. */
  selected: string;
  /** `unnest($1::uuid[], $2::text[]) as t(id, headers)`: one row for each item. */
  from: string;
  /** The parameters: an array for each column. */
  values(items: readonly Item[]): unknown[][];
};

/**
 * Makes the parts from a list of columns, in its order. A `json` column travels as text; null and undefined stay null.
 *
 * @param columns by their names, which are those of the table or of what the statement makes of them
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

/** Writes a value as JSON text for a parameter; null and undefined are SQL's null. */
export function toJson(value: unknown): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value);
}
