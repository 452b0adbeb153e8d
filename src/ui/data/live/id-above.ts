const digits = '0123456789abcdefghjkmnpqrstvwxyz';

/** Returns the id just above another id. As the cursor of a list, it means "this id and all ids before it". */
export function idAbove(id: string): string {
  const carried = /z*$/.exec(id)?.[0].length ?? 0;
  const at = id.length - carried - 1;
  return `${id.slice(0, at)}${digits[digits.indexOf(id[at] ?? '') + 1]}${'0'.repeat(carried)}`;
}
